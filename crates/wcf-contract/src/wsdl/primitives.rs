//! The types that need no declaration, as each serializer of .NET takes them.

use super::xml::{QName, SERIALIZATION, XSD};
use crate::model::{Primitive, Serializer, TypeRef};

/// What .NET makes of a type that needs no declaration.
pub(super) fn built_in(name: &QName, serializer: Serializer) -> Option<TypeRef> {
    let primitive = |primitive| Some(TypeRef::Primitive(primitive));
    if name.namespace == "http://schemas.microsoft.com/Message" {
        return match name.local.as_str() {
            "StreamBody" => Some(TypeRef::Stream),
            "MessageBody" => Some(TypeRef::Message),
            _ => None,
        };
    }
    let data = serializer == Serializer::DataContract;
    if name.namespace == SERIALIZATION {
        return match name.local.as_str() {
            "guid" => primitive(Primitive::Guid),
            "char" => primitive(Primitive::Char),
            "duration" => primitive(Primitive::TimeSpan),
            _ => None,
        };
    }
    if name.namespace == "http://microsoft.com/wsdl/types/" {
        return match name.local.as_str() {
            "guid" => primitive(Primitive::Guid),
            "char" => primitive(Primitive::Char),
            _ => None,
        };
    }
    // SOAP encoding has a type of its own for each of XML Schema's.
    if name.namespace != XSD && name.namespace != "http://schemas.xmlsoap.org/soap/encoding/" {
        return None;
    }
    match name.local.as_str() {
        "boolean" => primitive(Primitive::Boolean),
        "byte" => primitive(Primitive::SByte),
        "unsignedByte" => primitive(Primitive::Byte),
        "short" => primitive(Primitive::Int16),
        "unsignedShort" => primitive(Primitive::UInt16),
        "int" => primitive(Primitive::Int32),
        "unsignedInt" => primitive(Primitive::UInt32),
        "long" => primitive(Primitive::Int64),
        "unsignedLong" => primitive(Primitive::UInt64),
        "float" => primitive(Primitive::Single),
        "double" => primitive(Primitive::Double),
        "decimal" => primitive(Primitive::Decimal),
        "dateTime" => primitive(Primitive::DateTime),
        "date" | "time" if !data => primitive(Primitive::DateTime),
        "duration" if data => primitive(Primitive::TimeSpan),
        "integer" | "positiveInteger" | "negativeInteger" | "nonPositiveInteger" | "nonNegativeInteger" if data => {
            primitive(Primitive::Int64)
        }
        "base64Binary" | "base64" => primitive(Primitive::Bytes),
        "hexBinary" if !data => primitive(Primitive::Bytes),
        "anyURI" if data => primitive(Primitive::Uri),
        "QName" => primitive(Primitive::QName),
        "anyType" | "anySimpleType" => Some(TypeRef::Any),
        "Array" | "Struct" => None,
        // Everything else is text to .NET: `string` and what restricts it, `gYear` and the like, lists of tokens.
        "string" | "normalizedString" | "token" | "language" | "Name" | "NCName" | "NMTOKEN" | "NMTOKENS" | "ID" | "IDREF" | "IDREFS"
        | "ENTITY" | "ENTITIES" | "NOTATION" | "anyURI" | "gYear" | "gYearMonth" | "gMonth" | "gMonthDay" | "gDay" | "date" | "time"
        | "duration" | "hexBinary" | "integer" | "positiveInteger" | "negativeInteger" | "nonPositiveInteger" | "nonNegativeInteger" => {
            primitive(Primitive::String)
        }
        _ => None,
    }
}
