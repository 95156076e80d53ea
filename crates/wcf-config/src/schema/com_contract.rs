//! `comContracts`: COM+ components that are offered as services.

use crate::schema::{Child, Content, Element, bool, text, text_or};

/// `comContracts`.
pub static COM_CONTRACTS: Element = Element {
    class: "ComContractsSection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "comContract", element: &COM_CONTRACT, removable: true },
};

/// `ComContractElement`.
pub static COM_CONTRACT: Element = Element {
    class: "ComContractElement",
    attributes: &[text_or("contract", 1, None).required().key(), text("name"), text("namespace"), bool("requiresSession", "true")],
    children: &[
        Child { name: "exposedMethods", element: &COM_METHOD_COLLECTION },
        Child { name: "persistableTypes", element: &COM_PERSISTABLE_TYPE_COLLECTION },
        Child { name: "userDefinedTypes", element: &COM_UDT_COLLECTION },
    ],
    content: Content::Closed,
};

/// `ComMethodElementCollection`.
pub static COM_METHOD_COLLECTION: Element = Element {
    class: "ComMethodElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &COM_METHOD, removable: true },
};

/// `ComMethodElement`.
pub static COM_METHOD: Element = Element {
    class: "ComMethodElement",
    attributes: &[text_or("exposedMethod", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `ComPersistableTypeElementCollection`.
pub static COM_PERSISTABLE_TYPE_COLLECTION: Element = Element {
    class: "ComPersistableTypeElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "type", element: &COM_PERSISTABLE_TYPE, removable: true },
};

/// `ComPersistableTypeElement`.
pub static COM_PERSISTABLE_TYPE: Element = Element {
    class: "ComPersistableTypeElement",
    attributes: &[text("name"), text_or("ID", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `ComUdtElementCollection`.
pub static COM_UDT_COLLECTION: Element = Element {
    class: "ComUdtElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "userDefinedType", element: &COM_UDT, removable: true },
};

/// `ComUdtElement`.
pub static COM_UDT: Element = Element {
    class: "ComUdtElement",
    attributes: &[
        text("name"),
        text_or("typeLibID", 1, None).required(),
        text_or("typeLibVersion", 1, None).required(),
        text_or("typeDefID", 1, None).required().key(),
    ],
    children: &[],
    content: Content::Closed,
};
