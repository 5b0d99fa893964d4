//! Product pictures: one simple, flat drawing per category, coloured by the product's material.

use crate::fields::Fields;

/// Ground, main and dark colour of a drawing.
struct Palette {
    ground: &'static str,
    main: &'static str,
    dark: &'static str,
}

/// Words of a product's name and the colours they bring.
const PALETTES: &[(&[&str], Palette)] = &[
    (
        &["porcelain", "bone china", ", white", "white ", "ivory", "cream", "enamel"],
        Palette { ground: "#e6ecf2", main: "#ffffff", dark: "#9fb0c2" },
    ),
    (&["walnut", "antique bronze", "leather", "rattan"], Palette { ground: "#f3ede6", main: "#7b4f35", dark: "#54321f" }),
    (&["oak", "beech", "ash", "pine", "teak", "acacia"], Palette { ground: "#f6f0e4", main: "#c99a5b", dark: "#96683a" }),
    (&["brass", "gold", "amber", "copper"], Palette { ground: "#f8f3e3", main: "#d3a53a", dark: "#97711f" }),
    (&["black", "graphite", "charcoal"], Palette { ground: "#edeff1", main: "#3b4148", dark: "#22262b" }),
    (&["velvet", "navy", "cobalt"], Palette { ground: "#eaeef6", main: "#3f5f9c", dark: "#293f6b" }),
    (&["linen", "cotton", "wool", "sage", "olive"], Palette { ground: "#eff3ec", main: "#92a98a", dark: "#64795d" }),
    (&["crystal", "glass", "toughened", "recycled"], Palette { ground: "#e9f3f5", main: "#8cc3cf", dark: "#4d8d9b" }),
];
const STEEL: Palette = Palette { ground: "#eceff2", main: "#a7b1bb", dark: "#6d7883" };

/// Categories and their drawings on a field of 200 by 200; `M` is the main colour, `D` the dark one.
const SHAPES: &[(&str, &str)] = &[
    (
        "dining chairs",
        "<path fill='D' d='M66 102h10v60H66zM124 102h10v60h-10z'/><path fill='M' d='M64 38h12v62H64zM124 38h12v62h-12zM60 \
         96h80v14H60z'/><path fill='D' d='M76 46h48v8H76zM76 62h48v6H76zM76 76h48v6H76z'/>",
    ),
    (
        "seating",
        "<path fill='D' d='M66 102h10v60H66zM124 102h10v60h-10z'/><path fill='M' d='M64 38h12v62H64zM124 38h12v62h-12zM60 \
         96h80v14H60z'/><path fill='D' d='M76 46h48v8H76zM76 62h48v6H76zM76 76h48v6H76z'/>",
    ),
    (
        "bar stools",
        "<path fill='D' d='M82 66h8l-10 96h-9zM110 66h8l11 96h-9zM74 124h52v7H74z'/><rect fill='M' x='64' y='50' width='72' \
         height='18' rx='9'/>",
    ),
    (
        "armchairs",
        "<path fill='D' d='M60 148h10v14H60zM130 148h10v14h-10z'/><path fill='M' d='M64 54q36-18 72 0v60H64z'/><path fill='D' \
         d='M48 92q0-10 10-10t10 10v28h64V92q0-10 10-10t10 10v58H48z'/><rect fill='M' x='68' y='106' width='64' height='20' \
          rx='6'/>",
    ),
    (
        "sofas",
        "<path fill='D' d='M38 140h9v16h-9zM153 140h9v16h-9z'/><path fill='M' d='M40 70q60-16 120 0v44H40z'/><path fill='D' \
         d='M26 96q0-9 9-9t9 9v22h112V96q0-9 9-9t9 9v46H26z'/><path fill='M' d='M46 104h52v16H46zM102 104h52v16h-52z'/>",
    ),
    (
        "dining tables",
        "<path fill='D' d='M42 82h12v74H42zM146 82h12v74h-12z'/><rect fill='M' x='28' y='66' width='144' height='16' \
         rx='4'/><path fill='D' d='M54 82h92v8H54z'/>",
    ),
    (
        "coffee tables",
        "<path fill='D' d='M58 108l-12 46h10l12-46zM142 108l12 46h-10l-12-46z'/><ellipse fill='M' cx='100' cy='104' rx='70' \
         ry='14'/><ellipse fill='D' opacity='.25' cx='100' cy='101' rx='52' ry='8'/>",
    ),
    (
        "desks",
        "<path fill='D' d='M36 82h10v76H36zM154 82h10v76h-10z'/><rect fill='M' x='28' y='70' width='144' height='13' \
         rx='3'/><path fill='M' d='M108 83h46v56h-46z'/><path fill='D' d='M112 90h38v3h-38zM112 108h38v3h-38zM112 \
          126h38v3h-38z'/>",
    ),
    (
        "office chairs",
        "<path fill='D' d='M96 112h8v28h-8zM64 152l36-16 36 16-4 6-32-12-32 12z'/><circle fill='D' cx='66' cy='160' \
         r='6'/><circle fill='D' cx='134' cy='160' r='6'/><rect fill='M' x='68' y='36' width='64' height='58' rx='14'/><rect \
          fill='M' x='62' y='100' width='76' height='14' rx='7'/>",
    ),
    (
        "bookcases",
        "<rect fill='D' x='56' y='32' width='88' height='136' rx='3'/><path fill='M' d='M62 38h76v36H62zM62 80h76v36H62zM62 \
         122h76v40H62z'/><path fill='D' d='M68 46h8v28h-8zM79 52h6v22h-6zM88 44h9v30h-9zM108 90h7v26h-7zM118 86h9v30h-9zM70 \
          134h26v28H70z'/>",
    ),
    (
        "wardrobes",
        "<rect fill='M' x='52' y='30' width='96' height='132' rx='4'/><path fill='D' d='M99 36h2v104h-2zM92 84h4v16h-4zM104 \
         84h4v16h-4zM58 142h84v3H58zM58 162h8v8h-8zM134 162h8v8h-8z'/>",
    ),
    (
        "beds",
        "<path fill='D' d='M26 62h10v96H26zM164 100h10v58h-10z'/><rect fill='M' x='36' y='106' width='128' height='30' \
         rx='6'/><rect fill='D' x='36' y='136' width='128' height='10'/><rect fill='#fff' x='42' y='92' width='38' height='18' \
          rx='8'/>",
    ),
    (
        "outdoor furniture",
        "<path fill='D' d='M44 112h9v48h-9zM147 112h9v48h-9z'/><path fill='M' d='M36 104h128v10H36zM40 62h120v9H40zM40 \
         78h120v9H40z'/><path fill='D' d='M50 56h8v50h-8zM142 56h8v50h-8z'/>",
    ),
    (
        "pendant lights",
        "<path fill='D' d='M98 20h4v60h-4zM90 74h20v10H90z'/><path fill='M' d='M100 80q44 4 50 48H50q6-44 50-48z'/><ellipse \
         fill='#ffe9a8' cx='100' cy='128' rx='50' ry='9'/>",
    ),
    (
        "table lamps",
        "<path fill='M' d='M76 44h48l16 50H60z'/><path fill='#ffe9a8' d='M60 94h80v5H60z'/><path fill='D' d='M97 \
         99h6v44h-6zM72 143h56v10H72z'/>",
    ),
    (
        "lighting",
        "<path fill='M' d='M76 44h48l16 50H60z'/><path fill='#ffe9a8' d='M60 94h80v5H60z'/><path fill='D' d='M97 \
         99h6v44h-6zM72 143h56v10H72z'/>",
    ),
    (
        "floor lamps",
        "<path fill='M' d='M82 28h36l12 36H70z'/><path fill='#ffe9a8' d='M70 64h60v4H70z'/><path fill='D' d='M98 \
         68h4v92h-4zM76 160h48v8H76z'/>",
    ),
    (
        "wall lights",
        "<rect fill='D' x='56' y='62' width='14' height='76' rx='5'/><path fill='D' d='M70 96h40v7H70z'/><path fill='M' d='M96 \
         56h42l10 44H86z'/><path fill='#ffe9a8' d='M86 100h62v5H86z'/>",
    ),
    (
        "light bulbs",
        "<path fill='#ffe9a8' d='M100 34a42 42 0 0 1 22 78v14H78v-14a42 42 0 0 1 22-78z'/><path fill='D' d='M80 \
         128h40v8H80zM82 140h36v8H82zM90 152h20v8H90z'/><path fill='none' stroke='M' stroke-width='4' d='M88 116l-6-34 18 12 \
          18-12-6 34'/>",
    ),
    (
        "outdoor lighting",
        "<path fill='D' d='M70 58h60l-14-24H84zM96 22h8v12h-8zM74 138h52v12H74z'/><path fill='#ffe9a8' d='M76 62h48l-6 \
         74H82z'/><path fill='M' d='M72 60h6l8 78h-6zM122 60h6l-8 78h-6zM98 60h4v78h-4z'/>",
    ),
    (
        "door handles",
        "<rect fill='D' x='58' y='52' width='28' height='96' rx='10'/><circle fill='M' cx='72' cy='84' r='13'/><rect fill='M' \
         x='72' y='76' width='80' height='16' rx='8'/><circle fill='M' cx='72' cy='124' r='5'/>",
    ),
    (
        "hinges",
        "<rect fill='M' x='44' y='50' width='50' height='100' rx='5'/><rect fill='M' x='106' y='50' width='50' height='100' \
         rx='5'/><rect fill='D' x='93' y='44' width='14' height='112' rx='6'/><g fill='D'><circle cx='66' cy='72' \
          r='6'/><circle cx='66' cy='128' r='6'/><circle cx='134' cy='72' r='6'/><circle cx='134' cy='128' r='6'/></g>",
    ),
    (
        "screws and fixings",
        "<path fill='M' d='M66 42h68l-18 24H84z'/><path fill='D' d='M88 66h24v74l-12 24-12-24z'/><path stroke='M' \
         stroke-width='5' d='M84 82l32-8M84 98l32-8M84 114l32-8M84 130l32-8'/>",
    ),
    (
        "hardware",
        "<path fill='M' d='M66 42h68l-18 24H84z'/><path fill='D' d='M88 66h24v74l-12 24-12-24z'/><path stroke='M' \
         stroke-width='5' d='M84 82l32-8M84 98l32-8M84 114l32-8M84 130l32-8'/>",
    ),
    (
        "castors",
        "<path fill='M' d='M62 40h76v14H62zM92 54h16v20H92zM74 74h52l10 40h-16l-6-22H86l-6 22H64z'/><circle fill='D' cx='100' \
         cy='126' r='34'/><circle fill='M' cx='100' cy='126' r='12'/>",
    ),
    (
        "drawer runners",
        "<rect fill='D' x='30' y='72' width='120' height='24' rx='3'/><rect fill='M' x='50' y='104' width='120' height='24' \
         rx='3'/><g fill='#fff'><circle cx='52' cy='84' r='4'/><circle cx='128' cy='84' r='4'/><circle cx='72' cy='116' \
          r='4'/><circle cx='148' cy='116' r='4'/></g>",
    ),
    (
        "shelf brackets",
        "<path fill='M' d='M52 44h16v112H52zM52 44h104v16H52z'/><path fill='none' stroke='D' stroke-width='10' d='M66 140Q130 \
         132 142 60'/>",
    ),
    (
        "adhesives and finishes",
        "<path fill='D' d='M86 34h28v22H86z'/><path fill='M' d='M76 56h48l12 22v84H64V78z'/><rect fill='#fff' x='72' y='94' \
         width='56' height='42' rx='3'/><path fill='D' d='M80 104h40v5H80zM80 116h28v5H80z'/>",
    ),
    (
        "glassware",
        "<path fill='M' opacity='.8' d='M70 34h60q4 56-26 64v46h20v8H76v-8h20V98q-30-8-26-64z'/><path fill='D' opacity='.6' \
         d='M73 62h54q-4 26-27 30-23-4-27-30z'/>",
    ),
    (
        "crockery",
        "<circle fill='D' cx='100' cy='100' r='66'/><circle fill='M' cx='100' cy='100' r='62'/><circle fill='none' stroke='D' \
         stroke-width='3' cx='100' cy='100' r='40'/>",
    ),
    (
        "cutlery",
        "<path fill='M' d='M58 36h6v34h6V36h6v34h6V36h6v42q0 12-10 14v72H68V92q-10-2-10-14z'/><path fill='D' d='M122 36q20 20 \
         16 62h-8v66h-10V36z'/>",
    ),
    (
        "table linen",
        "<path fill='M' d='M40 60l60-22 60 22-18 88q-42 20-84 0z'/><path fill='none' stroke='D' stroke-width='4' d='M100 \
         38v118M58 60l42 22 42-22'/>",
    ),
    (
        "bar accessories",
        "<path fill='D' d='M88 30h24v16H88zM80 46h40l6 20H74z'/><path fill='M' d='M70 68h60l-10 96H80z'/><path fill='#fff' \
         opacity='.4' d='M82 76h10l4 80h-8z'/>",
    ),
    (
        "services",
        "<path fill='M' d='M28 66h86v66H28z'/><path fill='D' d='M114 84h34l22 26v22h-56z'/><path fill='#fff' d='M124 92h20l12 \
         16h-32z'/><circle fill='D' cx='62' cy='136' r='15'/><circle fill='D' cx='140' cy='136' r='15'/><circle fill='#fff' \
          cx='62' cy='136' r='6'/><circle fill='#fff' cx='140' cy='136' r='6'/>",
    ),
];
/// A parcel, for what has no drawing of its own.
const PARCEL: &str = "<path fill='M' d='M42 70l58-26 58 26v64l-58 26-58-26z'/><path fill='D' d='M42 70l58 \
 26v64l-58-26z'/><path fill='#fff' opacity='.5' d='M92 48l16-4 50 24-14 8z'/>";

/// The content type that Cin7 would tell of a file.
pub(crate) fn content_type(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// A PDF of one empty page.
pub(crate) const PDF: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count \
 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// The drawing of a product; only for files that are pictures.
pub(crate) fn draw(product: &Fields, file: &str) -> Option<String> {
    if !content_type(file).starts_with("image/") {
        return None;
    }
    let name = product.text_or_empty("Name").to_lowercase();
    let category = product.text_or_empty("Category").to_lowercase();
    let palette =
        PALETTES.iter().find(|(words, _)| words.iter().any(|word| name.contains(word))).map_or(&STEEL, |(_, palette)| palette);
    let shape = SHAPES.iter().find(|(own, _)| *own == category).map_or(PARCEL, |(_, shape)| shape);
    let coloured = shape.replace("'M'", &format!("'{}'", palette.main)).replace("'D'", &format!("'{}'", palette.dark));
    // A detail picture is the same drawing from nearer, one from the side is cut at the side.
    let view = match file {
        _ if file.contains("detail") => "45 35 110 110",
        _ if file.contains("side") => "70 20 130 160",
        _ => "0 0 200 200",
    };
    Some(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='{view}' width='400' height='400' role='img'><rect width='200' \
         height='200' fill='{}'/><ellipse cx='100' cy='168' rx='70' ry='7' fill='#000' opacity='.07'/>{coloured}</svg>\n",
        palette.ground
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::object;

    #[test]
    fn every_demo_category_has_its_own_drawing() {
        let world = &*crate::demo::SHARED;
        for record in world.of(crate::collection::Kind::Products).iter() {
            let category = record.fields().text_or_empty("Category").to_lowercase();
            assert!(SHAPES.iter().any(|(own, _)| *own == category), "{category}");
        }
        assert_eq!(draw(&object! { "Name" => "x", "Category" => "y" }, "spec.pdf"), None);
        let svg = draw(&object! { "Name" => "Oak Chair", "Category" => "Seating" }, "front.svg").unwrap();
        assert!(svg.contains("#c99a5b") && !svg.contains("'M'") && !svg.contains("'D'"));
    }
}
