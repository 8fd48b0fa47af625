//! Owns connections: how many there are, how long one may take for its first byte, for a request, and for reading an answer. It never
//! looks into a request.

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep, timeout};

use crate::quotes::Quotes;
use crate::shared::{Shared, stopped};

/// Connections of one socket; more wait to be accepted.
const MOST: usize = 256;
/// For the first bytes, and for the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// The shortest first line that HTTP has: with fewer bytes the protocol's own time for a head has not begun.
const FIRST_LINE: usize = 16;
/// For a reader to take something of what is written to it.
const READER: Duration = Duration::from_secs(30);
/// For open connections to finish when the node stops.
const FAREWELL: Duration = Duration::from_secs(3);
/// Calls at once on one HTTP/2 connection.
const STREAMS: u32 = 32;

/// What is spoken on a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// JSON-RPC and websocket.
    Http1,
    /// gRPC.
    Http2,
}

/// Accepts connections until the node stops, and lets open ones finish.
pub(crate) async fn serve(
    socket: TcpListener,
    router: Router,
    protocol: Protocol,
    shared: Arc<Shared>,
) {
    let Ok(socket) = tokio::net::TcpListener::from_std(socket) else {
        return;
    };
    let places = Arc::new(Semaphore::new(MOST));
    let builder = builder(protocol);
    let graceful = GracefulShutdown::new();
    let mut stopping = shared.stopping.clone();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            () = stopped(&mut stopping) => break,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, or the other side is gone already: neither may spin.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        shared.metrics.connected();
        let service = TowerToHyperService::new(router.clone());
        let stream = TokioIo::new(Quotes::new(Patient::new(stream), protocol));
        let connection = builder.serve_connection_with_upgrades(stream, service);
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            // How a connection ends is the other side's affair.
            drop(connection.await);
            drop(place);
        });
    }
    drop(timeout(FAREWELL, graceful.shutdown()).await);
}

fn builder(protocol: Protocol) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(READER)
        .keep_alive_timeout(HEAD);
    match protocol {
        Protocol::Http1 => builder.http1_only(),
        Protocol::Http2 => builder.http2_only(),
    }
}

/// A stream whose other side has to send its first bytes, and to take what is written, within a time.
struct Patient {
    stream: TcpStream,
    first: Option<Pin<Box<Sleep>>>,
    heard: usize,
    writing: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream) -> Self {
        // Without it small answers wait for the acknowledgement of the ones before.
        drop(stream.set_nodelay(true));
        Self {
            stream,
            first: Some(Box::pin(sleep(HEAD))),
            heard: 0,
            writing: None,
        }
    }

    /// Passes on what a write gave, or ends the wait for it.
    fn watched<T>(
        &mut self,
        context: &mut Context<'_>,
        answer: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if answer.is_ready() {
            self.writing = None;
            return answer;
        }
        let wait = self.writing.get_or_insert_with(|| Box::pin(sleep(READER)));
        ready!(wait.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let answer = Pin::new(&mut self.stream).poll_read(context, buffer);
        if answer.is_ready() {
            let came = buffer.filled().len().saturating_sub(before);
            self.heard = self.heard.saturating_add(came);
            if self.heard >= FIRST_LINE {
                self.first = None;
            }
            return answer;
        }
        if let Some(first) = &mut self.first {
            ready!(first.as_mut().poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(context, answer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let answer = Pin::new(&mut self.stream).poll_flush(context);
        self.watched(context, answer)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
