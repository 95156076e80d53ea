//! How a fault travels: as a detail of google.rpc.Status, which gRPC carries in `grpc-status-details-bin`.

use prost::Message;
use prost_types::Any;
use tonic::{Code, Status};

/// google.rpc.Status.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// A status with a message of the given full name as its only detail.
pub(super) fn pack(code: Code, message: String, full_name: &str, detail: &impl Message) -> Status {
    let detail = Any {
        type_url: format!("type.googleapis.com/{full_name}"),
        value: detail.encode_to_vec(),
    };
    let status = RpcStatus {
        code: i32::from(code),
        message: message.clone(),
        details: vec![detail],
    };
    Status::with_details(code, message, status.encode_to_vec().into())
}

/// The first detail with a message of the given full name, if the status has one that can be read.
pub(super) fn find<M: Message + Default>(status: &Status, full_name: &str) -> Option<M> {
    let details = RpcStatus::decode(status.details()).ok()?.details;
    let named = |detail: &&Any| detail.type_url.rsplit('/').next() == Some(full_name);
    details
        .iter()
        .filter(named)
        .find_map(|detail| M::decode(detail.value.as_slice()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_comes_back_by_its_name() {
        let detail = Any {
            type_url: "a".to_owned(),
            value: vec![1, 2],
        };
        let status = pack(Code::NotFound, "gone".to_owned(), "shop.v1.Gone", &detail);
        assert_eq!((status.code(), status.message()), (Code::NotFound, "gone"));
        assert_eq!(find::<Any>(&status, "shop.v1.Gone"), Some(detail));
        assert_eq!(find::<Any>(&status, "shop.v1.Other"), None);
        assert_eq!(
            find::<Any>(&Status::internal("other"), "shop.v1.Gone"),
            None
        );
        let garbage = Status::with_details(Code::Unknown, "", vec![0xFF, 0xFF].into());
        assert_eq!(find::<Any>(&garbage, "shop.v1.Gone"), None);
    }
}
