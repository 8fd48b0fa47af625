//! Which pages of a browser may talk to the node: those of this machine. It looks at names alone, never at a request.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::shared::Shared;

/// Lets pages of this machine read answers, and refuses those of others, also such that come under a name that only seems to be local.
pub(crate) async fn check(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    if is_rebound(request.headers(), shared.rpc) {
        return (
            StatusCode::FORBIDDEN,
            "this node is asked under a name of its own machine",
        )
            .into_response();
    }
    if origin
        .as_ref()
        .is_some_and(|origin| !is_local_origin(origin))
    {
        return (
            StatusCode::FORBIDDEN,
            "pages of other machines may not ask this node",
        )
            .into_response();
    }
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, OPTIONS"),
        );
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("Content-Type, Accept"),
        );
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}

/// Whether a node that listens on this machine alone is asked under a foreign name, as a page does whose name was turned to this address.
fn is_rebound(headers: &HeaderMap, own: SocketAddr) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    own.ip().is_loopback() && host.is_some_and(|host| !is_local_host(host))
}

fn is_local_origin(origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let schemes = ["http://", "https://"];
    let host = schemes
        .iter()
        .find_map(|scheme| origin.strip_prefix(scheme));
    host.is_some_and(is_local_host)
}

/// Whether a name, with or without a port, is this machine's.
fn is_local_host(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    is_loopback || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in [
            "localhost",
            "localhost:3000",
            "127.0.0.1:26657",
            "[::1]:80",
            "app.localhost",
        ] {
            assert!(is_local_host(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "[::2]:1",
        ] {
            assert!(!is_local_host(host), "{host}");
        }
        for origin in ["null", "file://", "http://example.org", "ftp://localhost"] {
            assert!(
                !is_local_origin(&HeaderValue::from_static(origin)),
                "{origin}"
            );
        }
        assert!(is_local_origin(&HeaderValue::from_static(
            "http://localhost:5173"
        )));
    }
}
