//! How headers travel: as text where ASCII is enough, as bytes under a key that ends with `-bin` elsewhere.

use std::str::FromStr;

use prost::Message;
use tonic::metadata::{MetadataMap, MetadataValue};

use crate::conversions::InvalidValue;

/// A header that is text: a number, a GUID.
pub(super) fn text<T: FromStr>(
    metadata: &MetadataMap,
    key: &'static str,
) -> Result<Option<T>, InvalidValue> {
    let Some(value) = metadata.get(key) else {
        return Ok(None);
    };
    let value = value.to_str().ok().and_then(|text| text.parse().ok());
    value.map(Some).ok_or(InvalidValue {
        member: key,
        expected: "metadata whose text is a value of the header's type",
    })
}

/// A header that is bytes.
pub(super) fn binary(
    metadata: &MetadataMap,
    key: &'static str,
) -> Result<Option<Vec<u8>>, InvalidValue> {
    let Some(value) = metadata.get_bin(key) else {
        return Ok(None);
    };
    let value = value.to_bytes().map(|bytes| Some(bytes.to_vec()));
    value.map_err(|_| InvalidValue {
        member: key,
        expected: "metadata in Base64",
    })
}

/// A header that is any text.
pub(super) fn utf8(
    metadata: &MetadataMap,
    key: &'static str,
) -> Result<Option<String>, InvalidValue> {
    let value = binary(metadata, key)?.map(String::from_utf8).transpose();
    value.map_err(|_| InvalidValue {
        member: key,
        expected: "metadata with text in UTF-8",
    })
}

/// A header that is a message.
pub(super) fn message<M: Message + Default>(
    metadata: &MetadataMap,
    key: &'static str,
) -> Result<Option<M>, InvalidValue> {
    let value = binary(metadata, key)?
        .map(|bytes| M::decode(bytes.as_slice()))
        .transpose();
    value.map_err(|_| InvalidValue {
        member: key,
        expected: "metadata with the bytes of a message",
    })
}

/// Sets a header that is text. Numbers and GUIDs are ASCII, which is what metadata can have.
pub(super) fn set_text(
    metadata: &mut MetadataMap,
    key: &'static str,
    value: Option<impl ToString>,
) {
    if let Some(Ok(value)) = value.map(|value| MetadataValue::try_from(value.to_string())) {
        metadata.insert(key, value);
    }
}

/// Sets a header that is bytes.
pub(super) fn set_binary(metadata: &mut MetadataMap, key: &'static str, value: Option<Vec<u8>>) {
    if let Some(value) = value {
        metadata.insert_bin(key, MetadataValue::from_bytes(&value));
    }
}

/// Sets a header that is any text.
pub(super) fn set_utf8(metadata: &mut MetadataMap, key: &'static str, value: Option<String>) {
    set_binary(metadata, key, value.map(String::into_bytes));
}

/// Sets a header that is a message.
pub(super) fn set_message<M: Message>(
    metadata: &mut MetadataMap,
    key: &'static str,
    value: Option<M>,
) {
    set_binary(metadata, key, value.map(|message| message.encode_to_vec()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_found_and_what_is_not_is_none() {
        let mut metadata = MetadataMap::new();
        set_text(&mut metadata, "length", Some(i64::MIN));
        set_utf8(&mut metadata, "name-bin", Some("Größe\n".to_owned()));
        set_binary(&mut metadata, "digest-bin", Some(vec![0, 255]));
        let span = prost_types::Duration {
            seconds: -1,
            nanos: 0,
        };
        set_message(&mut metadata, "span-bin", Some(span));
        set_utf8(&mut metadata, "absent-bin", None);
        assert_eq!(text(&metadata, "length"), Ok(Some(i64::MIN)));
        assert_eq!(utf8(&metadata, "name-bin"), Ok(Some("Größe\n".to_owned())));
        assert_eq!(binary(&metadata, "digest-bin"), Ok(Some(vec![0, 255])));
        assert_eq!(message(&metadata, "span-bin"), Ok(Some(span)));
        assert_eq!(utf8(&metadata, "absent-bin"), Ok(None));
        assert_eq!(text::<i32>(&metadata, "absent"), Ok(None));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let mut metadata = MetadataMap::new();
        set_text(&mut metadata, "count", Some("many"));
        set_binary(&mut metadata, "name-bin", Some(vec![0xFF]));
        assert_eq!(
            text::<i32>(&metadata, "count").map_err(|invalid| invalid.member),
            Err("count")
        );
        assert!(utf8(&metadata, "name-bin").is_err());
        assert!(message::<prost_types::Duration>(&metadata, "name-bin").is_err());
    }
}
