//! placeholder
use crate::fields::Fields;
use crate::world::World;
pub(crate) fn world() -> World { World::empty("demo", Fields::default()) }
