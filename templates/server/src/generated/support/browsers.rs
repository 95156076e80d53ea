//! Pages in browsers call over gRPC-Web, from the origins that are allowed and from no others.
//!
//! A browser says in `Origin` which page calls, and no page can make it say something else. What it sends for a page whose origin is not
//! allowed is answered with 403 before it is a call, so that it does not matter whether the browser would have let the page see the
//! answer. Who sends no `Origin` is a program, for which credentials are the only question.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN,
    VARY,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite};
use tonic::body::Body;
use tonic::service::Routes;
use tonic::transport::server::Connected;
use tonic_web::GrpcWebLayer;
use tower_layer::Layer;
use tower_service::Service;
use tracing::warn;

use super::calls::{Answer, CallLog};
use super::serving::{self, Accepting, RunningServer, Transport};
use super::settings::SettingError;

/// For how many seconds a browser need not ask again.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// The origins whose pages may call.
#[derive(Clone, Debug)]
pub struct Origins(Arc<BTreeSet<String>>);

impl Origins {
    /// Reads the values of a setting; none means that no page may call.
    ///
    /// # Errors
    ///
    /// When one of them is not an origin as browsers write it, so that it would match nothing; or is `http` of another machine, so
    /// that everybody on the way could be that page.
    pub fn read(setting: &'static str, origins: &[String]) -> Result<Self, SettingError> {
        for origin in origins {
            if !is_origin(origin) {
                let problem = format!(
                    "{origin:?} is no origin: it is written like `https://app.example` or `https://app.example:8443`, \
                     with `http` only for localhost"
                );
                return Err(SettingError::new(setting, problem));
            }
        }
        Ok(Self(Arc::new(origins.iter().cloned().collect())))
    }

    fn allow(&self, origin: &HeaderValue) -> bool {
        origin.to_str().is_ok_and(|origin| self.0.contains(origin))
    }
}

fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else {
        return false;
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    // Browsers leave the scheme's own port out.
    let port_is_right = |own: &str| {
        port.is_none_or(|port| {
            port != own
                && port
                    .parse::<u16>()
                    .is_ok_and(|number| number.to_string() == port)
        })
    };
    match scheme {
        "https" => is_host(host) && port_is_right("443"),
        "http" => matches!(host, "localhost" | "127.0.0.1" | "[::1]") && port_is_right("80"),
        _ => false,
    }
}

fn is_host(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = address {
        return address
            .parse::<Ipv6Addr>()
            .is_ok_and(|parsed| parsed.to_string() == address);
    }
    let in_names = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    host.split('.')
        .all(|label| !label.is_empty() && label.bytes().all(in_names))
}

/// Serves these routes to gRPC clients, and over gRPC-Web to pages of these origins.
///
/// Over TLS, browsers speak HTTP/2 as all others do. In clear text they speak HTTP/1.1, which is then understood as well.
pub fn serve<S>(
    running: &mut RunningServer,
    accepting: Accepting<S>,
    routes: Routes,
    origins: Origins,
) where
    S: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
{
    let (listener, limits) = (accepting.name, accepting.limits);
    let http1 = match accepting.transport {
        Transport::Tls | Transport::LocalSocket => false,
        Transport::ClearText => true,
    };
    let router = serving::builder(limits)
        .accept_http1(http1)
        .layer(Pages { listener, origins })
        .layer(GrpcWebLayer::new())
        .layer(CallLog::new(listener, Arc::clone(&accepting.connections)))
        .add_routes(routes);
    running.run(accepting, |incoming, stopping| {
        router.serve_with_incoming_shutdown(incoming, stopping)
    });
}

/// Puts [`FromPages`] around a service.
#[derive(Clone)]
struct Pages {
    listener: &'static str,
    origins: Origins,
}

impl<S> Layer<S> for Pages {
    type Service = FromPages<S>;

    fn layer(&self, inner: S) -> FromPages<S> {
        let pages = self.clone();
        FromPages { pages, inner }
    }
}

/// A service that pages call only from allowed origins (the CORS protocol of the Fetch standard).
#[derive(Clone)]
struct FromPages<S> {
    pages: Pages,
    inner: S,
}

impl<S, F> Service<Request<Body>> for FromPages<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = F>,
    F: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let Some(origin) = request.headers().get(ORIGIN).cloned() else {
            return Box::pin(self.inner.call(request));
        };
        if !self.pages.origins.allow(&origin) {
            let listener = self.pages.listener;
            warn!(
                listener,
                ?origin,
                "refused what a page of this origin asked for"
            );
            return Box::pin(std::future::ready(Ok(answer(StatusCode::FORBIDDEN))));
        }
        if request.method() == Method::OPTIONS {
            let permission = permission(origin, request.headers());
            return Box::pin(std::future::ready(Ok(permission)));
        }
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            let names: Vec<&str> = response
                .headers()
                .keys()
                .map(|name| name.as_str())
                .collect();
            // Without this the page would not see the status of a call that is refused before it runs.
            let exposed = HeaderValue::try_from(names.join(", "));
            let headers = response.headers_mut();
            if let Ok(exposed) = exposed {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
            }
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(VARY, HeaderValue::from_static("origin"));
            Ok(response)
        })
    }
}

/// The answer to the question that a browser asks before a call.
fn permission(origin: HeaderValue, asked: &HeaderMap) -> Response<Body> {
    let mut response = answer(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("POST"),
    );
    // Metadata of contracts are headers of their own; to a page that may call, none of them is forbidden. Cookies and other
    // credentials of the browser are: there is no `Access-Control-Allow-Credentials`.
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    headers.insert(
        VARY,
        HeaderValue::from_static("origin, access-control-request-headers"),
    );
    response
}

fn answer(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Inner;

    impl Service<Request<Body>> for Inner {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = Answer;

        fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _request: Request<Body>) -> Answer {
            let mut response = answer(StatusCode::OK);
            response
                .headers_mut()
                .insert("grpc-status", HeaderValue::from_static("16"));
            Box::pin(std::future::ready(Ok(response)))
        }
    }

    async fn asked(method: Method, origin: Option<&str>) -> Response<Body> {
        let allowed = ["https://app.example".to_owned()];
        let origins = Origins::read("quay.allowed-origins", &allowed).unwrap();
        let mut service = Pages {
            listener: "quay",
            origins,
        }
        .layer(Inner);
        let mut request = Request::builder()
            .method(method)
            .header(ACCESS_CONTROL_REQUEST_HEADERS, "authorization,x-grpc-web");
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        service
            .call(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn pages_of_other_origins_are_refused_before_there_is_a_call() {
        for origin in [
            "https://other.example",
            "https://app.example.other.example",
            "https://app.example:8443",
            "http://app.example",
            "null",
            "",
        ] {
            for method in [Method::OPTIONS, Method::POST] {
                let response = asked(method, Some(origin)).await;
                assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
                assert!(
                    response.headers().is_empty(),
                    "{origin}: {:?}",
                    response.headers()
                );
            }
        }
    }

    #[tokio::test]
    async fn a_page_of_an_allowed_origin_may_ask_and_sees_the_status() {
        let permission = asked(Method::OPTIONS, Some("https://app.example")).await;
        let header = |name| permission.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(permission.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(ACCESS_CONTROL_ALLOW_ORIGIN), "https://app.example");
        assert_eq!(
            header(ACCESS_CONTROL_ALLOW_HEADERS),
            "authorization,x-grpc-web"
        );
        assert!(
            !permission
                .headers()
                .contains_key("access-control-allow-credentials")
        );
        let called = asked(Method::POST, Some("https://app.example")).await;
        assert_eq!(
            called.headers().get(ACCESS_CONTROL_EXPOSE_HEADERS).unwrap(),
            "grpc-status"
        );
        let program = asked(Method::POST, None).await;
        assert!(!program.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
    }

    #[test]
    fn what_would_match_no_page_or_every_page_is_no_origin() {
        let read = |origin: &str| Origins::read("quay.allowed-origins", &[origin.to_owned()]);
        for origin in [
            "https://app.example",
            "https://app.example:8443",
            "http://localhost:3000",
            "https://[2001:db8::1]",
        ] {
            assert!(read(origin).is_ok(), "{origin}");
        }
        for other in [
            "*",
            "null",
            "https://*.example",
            "https://app.example/",
            "https://App.example",
            "https://app.example:443",
            "http://app.example",
        ] {
            assert_eq!(
                read(other).unwrap_err().setting,
                "quay.allowed-origins",
                "{other}"
            );
        }
    }
}
