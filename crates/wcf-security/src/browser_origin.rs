//! Origins of pages, as a browser writes them in the `Origin` header (RFC 6454, section 6.2).

/// Whether the text is an origin that may be allowed: a scheme, a host and perhaps a port, in lower case, and nothing else. Clear text
/// is only believed of this machine, because everybody on the way can change a page that came by `http`. The scheme's own port is never
/// written, so that an origin with it would match no page.
pub(crate) fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let (host, port) = match authority.rfind(':') {
        Some(at) if !authority.ends_with(']') => (authority.get(..at).unwrap_or_default(), authority.get(at + 1..)),
        Some(_) | None => (authority, None),
    };
    let usable_port = |own: &str| port.is_none_or(|port| port != own && port.parse::<u16>().is_ok_and(|number| number.to_string() == port));
    match scheme {
        "https" => is_host(host) && usable_port("443"),
        "http" => matches!(host, "localhost" | "127.0.0.1" | "[::1]") && usable_port("80"),
        _ => false,
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address);
    }
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_more() {
        for origin in
            ["https://app.example", "https://app.example:8443", "http://localhost:3000", "http://[::1]:3000", "https://[2001:db8::1]"]
        {
            assert!(is_origin(origin), "{origin}");
        }
        for other in [
            "*",
            "null",
            "",
            "app.example",
            "http://app.example",
            "https://",
            "https://*.example",
            "https://App.example",
            "https://app.example/",
            "https://app.example:443",
            "https://app.example:08443",
            "https://user@app.example",
            "http://localhost:80",
            "ftp://app.example",
            "https://a,https://b",
        ] {
            assert!(!is_origin(other), "{other}");
        }
    }
}
