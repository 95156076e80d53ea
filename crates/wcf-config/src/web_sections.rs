//! `system.web` and `system.webServer` as far as they decide who is let in.

use located_xml::Element as Xml;

use crate::document::WebSections;

/// `system.web`.
pub(crate) fn web(element: Xml<'_>, web: &mut WebSections) {
    web.is_web |= element.elements().any(|inner| inner.is("compilation") || inner.is("httpRuntime") || inner.is("authentication"));
    if let Some(mode) = element.child("authentication").and_then(|inner| inner.attribute("mode")) {
        web.authentication_mode = Some((mode.value().to_owned(), mode.value_span()));
    }
    if let Some(target) = element.child("httpRuntime").and_then(|inner| inner.attribute("targetFramework")) {
        web.target_framework = Some((target.value().to_owned(), target.value_span()));
    }
}

/// `system.webServer`.
pub(crate) fn web_server(element: Xml<'_>, web: &mut WebSections) {
    web.is_web = true;
    let Some(security) = element.child("security") else { return };
    if let Some(flags) = security.child("access").and_then(|access| access.attribute("sslFlags")) {
        web.ssl_flags = Some((flags.value().to_owned(), flags.value_span()));
    }
    for scheme in security.child("authentication").into_iter().flat_map(Xml::elements) {
        if let Some(enabled) = scheme.attribute("enabled") {
            let on = enabled.value().trim().eq_ignore_ascii_case("true");
            web.authentication.push((scheme.local().to_owned(), on, enabled.value_span()));
        }
    }
}
