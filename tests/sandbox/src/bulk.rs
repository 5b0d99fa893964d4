//! placeholder
use crate::fields::Fields;
use crate::world::World;
pub(crate) fn world(_size: crate::BulkSize) -> World { World::empty("bulk", Fields::default()) }
