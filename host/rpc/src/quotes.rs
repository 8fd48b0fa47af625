//! Lets questions by GET be typed as people type them: `/block?height="1"`. A URI must not have quotes and angle brackets, and the HTTP
//! library refuses them; CometBFT takes them. What is read from a connection is changed in the first lines of GET requests, nowhere
//! else, before the library sees it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connection::Protocol;

/// Bytes that are read at once while first lines are looked at.
const CHUNK: usize = 4_096;

/// Where in a request the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the start of a first line, with so many bytes of `GET ` seen.
    Start(usize),
    /// In the first line of a GET.
    Line,
    /// In the lines after it, at the start of one or not. A GET has no body: after an empty line a request begins.
    Head { at_start: bool },
    /// In anything else: from here on nothing is changed.
    Other,
}

/// What makes a request one by GET.
const GET: &[u8] = b"GET ";

/// Changes first lines as bytes pass.
#[derive(Debug)]
struct Escape(Place);

impl Escape {
    fn pass(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            self.0 = match (self.0, byte) {
                (Place::Start(seen), _) if GET.get(seen) == Some(&byte) => {
                    match seen.saturating_add(1) {
                        all if all == GET.len() => Place::Line,
                        some => Place::Start(some),
                    }
                }
                // Empty lines may stand before a request.
                (Place::Start(0), b'\r' | b'\n') => Place::Start(0),
                (Place::Start(_), _) => Place::Other,
                (Place::Line, b'\n') => Place::Head { at_start: true },
                (Place::Head { at_start: true }, b'\n') => Place::Start(0),
                (Place::Head { at_start: true }, b'\r') => Place::Head { at_start: true },
                (Place::Head { .. }, byte) => Place::Head {
                    at_start: byte == b'\n',
                },
                (place @ (Place::Line | Place::Other), _) => place,
            };
            match (self.0, byte) {
                (Place::Line, b'"') => out.extend_from_slice(b"%22"),
                (Place::Line, b'<') => out.extend_from_slice(b"%3C"),
                (Place::Line, b'>') => out.extend_from_slice(b"%3E"),
                _ => out.push(byte),
            }
        }
    }
}

/// A connection whose GET requests may have quotes.
#[derive(Debug)]
pub(crate) struct Quotes<S> {
    stream: S,
    escape: Escape,
    /// Changed and not yet taken.
    ready: Vec<u8>,
    taken: usize,
}

impl<S> Quotes<S> {
    pub(crate) fn new(stream: S, protocol: Protocol) -> Self {
        let place = match protocol {
            Protocol::Http1 => Place::Start(0),
            Protocol::Http2 => Place::Other,
        };
        Self {
            stream,
            escape: Escape(place),
            ready: Vec::new(),
            taken: 0,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Quotes<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.taken >= self.ready.len() {
            if self.escape.0 == Place::Other {
                return Pin::new(&mut self.stream).poll_read(context, buffer);
            }
            let mut chunk = [0; CHUNK];
            let mut came = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut came))?;
            let this = &mut *self;
            (this.taken, this.ready) = (0, Vec::new());
            this.escape.pass(came.filled(), &mut this.ready);
        }
        let left = self.ready.get(self.taken..).unwrap_or_default();
        let now = left.get(..buffer.remaining()).unwrap_or(left);
        buffer.put_slice(now);
        self.taken = self.taken.saturating_add(now.len());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Quotes<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(pieces: &[&str]) -> String {
        let (mut escape, mut out) = (Escape(Place::Start(0)), Vec::new());
        for piece in pieces {
            escape.pass(piece.as_bytes(), &mut out);
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn quotes_are_escaped_in_first_lines_of_gets_alone() {
        let head = "HTTP/1.1\r\nX: \"<>\"\r\n\r\n";
        assert_eq!(
            passed(&[&format!("GET /a?b=\"1<2>\" {head}GET /c?d=\"\" {head}")]),
            format!("GET /a?b=%221%3C2%3E%22 {head}GET /c?d=%22%22 {head}")
        );
        let post = format!("POST /\"a {head}GET /\"x\"");
        assert_eq!(passed(&[&post]), post);
    }

    #[test]
    fn how_bytes_are_cut_into_pieces_changes_nothing() {
        let text = "\r\nGET /block?height=\"1\" HTTP/1.1\r\nHost: \"\"\r\n\r\nGET /\"\n\nPOST \"";
        let whole = passed(&[text]);
        for at in 0..text.len() {
            let (left, right) = text.split_at(at);
            assert_eq!(passed(&[left, right]), whole, "cut at {at}");
        }
        assert!(whole.ends_with("GET /%22\n\nPOST \""), "{whole}");
    }
}
