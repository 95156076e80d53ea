//! `readerQuotas`: limits of the XML reader; 0 means not set.

use crate::schema::{Content, Element, INT_MAX, int};

/// `XmlDictionaryReaderQuotasElement`.
pub static XML_DICTIONARY_READER_QUOTAS: Element = Element {
    class: "XmlDictionaryReaderQuotasElement",
    attributes: &[
        int("maxDepth", 0, INT_MAX, "0"),
        int("maxStringContentLength", 0, INT_MAX, "0"),
        int("maxArrayLength", 0, INT_MAX, "0"),
        int("maxBytesPerRead", 0, INT_MAX, "0"),
        int("maxNameTableCharCount", 0, INT_MAX, "0"),
    ],
    children: &[],
    content: Content::Closed,
};
