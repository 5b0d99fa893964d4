//! What stays on this machine.

use std::net::IpAddr;

use reqwest::Url;

/// Whether the address stays on this machine.
pub(crate) fn is_url(url: &Url) -> bool {
    is_name(url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']'))
}

/// Whether the name or address is this machine's own.
pub(crate) fn is_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
