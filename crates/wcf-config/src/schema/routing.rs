//! `routing`: filters and the tables in which a routing service looks up where a message goes.

use crate::schema::enumeration::FILTER_TYPE;
use crate::schema::{Child, Content, Element, INT_MAX, enumeration, int, text, text_or};

/// `routing`.
pub static ROUTING: Element = Element {
    class: "RoutingSection",
    attributes: &[],
    children: &[
        Child { name: "filters", element: &FILTER_COLLECTION },
        Child { name: "filterTables", element: &FILTER_TABLE_COLLECTION },
        Child { name: "backupLists", element: &BACKUP_LIST_COLLECTION },
        Child { name: "namespaceTable", element: &NAMESPACE_COLLECTION },
    ],
    content: Content::Closed,
};

/// `filters`.
pub static FILTER_COLLECTION: Element = Element {
    class: "FilterElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "filter", element: &FILTER, removable: true },
};

/// `filter`.
pub static FILTER: Element = Element {
    class: "FilterElement",
    attributes: &[
        text_or("name", 0, None).required().key(),
        enumeration("filterType", &FILTER_TYPE, "Action").required(),
        text("filterData"),
        text("filter1"),
        text("filter2"),
        text("customType"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `filterTables`.
pub static FILTER_TABLE_COLLECTION: Element = Element {
    class: "FilterTableElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "filterTable", element: &FILTER_TABLE, removable: true },
};

/// `filterTable`.
pub static FILTER_TABLE: Element = Element {
    class: "FilterTableEntryCollection",
    attributes: &[text_or("name", 0, None).required().key()],
    children: &[],
    content: Content::Items { item: "add", element: &FILTER_TABLE_ENTRY, removable: true },
};

/// An entry of a `filterTable`.
pub static FILTER_TABLE_ENTRY: Element = Element {
    class: "FilterTableEntryElement",
    attributes: &[
        text_or("filterName", 0, None).required().key(),
        text_or("endpointName", 0, None).required().key(),
        int("priority", -2_147_483_648, INT_MAX, "0"),
        text("backupList"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `backupLists`.
pub static BACKUP_LIST_COLLECTION: Element = Element {
    class: "BackupListCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "backupList", element: &BACKUP_LIST, removable: true },
};

/// `backupList`.
pub static BACKUP_LIST: Element = Element {
    class: "BackupEndpointCollection",
    attributes: &[text_or("name", 0, None).required().key()],
    children: &[],
    // The same endpoint may stand more than once.
    content: Content::Items { item: "add", element: &BACKUP_ENDPOINT, removable: false },
};

/// An entry of a `backupList`.
pub static BACKUP_ENDPOINT: Element = Element {
    class: "BackupEndpointElement",
    attributes: &[text_or("endpointName", 0, None).required()],
    children: &[],
    content: Content::Closed,
};

/// `namespaceTable`.
pub static NAMESPACE_COLLECTION: Element = Element {
    class: "NamespaceElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &NAMESPACE, removable: true },
};

/// An entry of the `namespaceTable`.
pub static NAMESPACE: Element = Element {
    class: "NamespaceElement",
    attributes: &[text_or("prefix", 0, None).required().key(), text_or("namespace", 0, None).required()],
    children: &[],
    content: Content::Closed,
};
