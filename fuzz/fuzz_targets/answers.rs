#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| quote_desk_fuzz::checks::text::answers(data));
