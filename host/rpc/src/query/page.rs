//! Lists in pages, by the rules of the SDK and by those of wasmd. It knows no module.

use commons_ledger::{Order, StateRead as _};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};

use super::{Asked, QueryFailure};
use crate::keys;

/// Entries of a page unless less is asked for, and for wasmd also the most.
const USUAL: usize = 100;
/// Most entries of a page elsewhere: the SDK has no bound there.
const MOST: usize = 1_000;
/// Entries that are read at once to count or skip.
const STRIDE: usize = 1_000;

/// Entries behind a prefix (the rest of the key, and the value), and where the next page starts.
pub(super) struct Page {
    pub(super) entries: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) response: PageResponse,
}

/// A page as wasmd gives it: no offset, no count, at most a hundred.
pub(super) fn strict(
    asked: &Asked<'_>,
    prefix: &[u8],
    request: Option<PageRequest>,
) -> Result<Page, QueryFailure> {
    let request = request.unwrap_or_default();
    if request.offset > 0 || request.count_total {
        return Err(QueryFailure::invalid(
            "offset and count queries not supported",
        ));
    }
    let limit = limit(request.limit, USUAL);
    from_key(asked, prefix, &request, limit)
}

/// A page as the modules of the SDK give it: by key or by offset, with the total if it is asked for.
pub(super) fn lenient(
    asked: &Asked<'_>,
    prefix: &[u8],
    request: Option<PageRequest>,
) -> Result<Page, QueryFailure> {
    let mut request = request.unwrap_or_default();
    if request.offset > 0 && !request.key.is_empty() {
        let text = "invalid request, either offset or key is expected, got both";
        return Err(QueryFailure::plain(text));
    }
    if request.limit == 0 {
        request.count_total = true;
    }
    let limit = limit(request.limit, MOST);
    if !request.key.is_empty() {
        return from_key(asked, prefix, &request, limit);
    }
    let by_offset = request.offset > 0;
    if by_offset {
        let Some(start) = skip(asked, prefix, &request)? else {
            let total = total(asked, prefix, &request)?;
            let response = PageResponse {
                next_key: Vec::new(),
                total,
            };
            return Ok(Page {
                entries: Vec::new(),
                response,
            });
        };
        request.key = start;
    }
    let mut page = from_key(asked, prefix, &request, limit)?;
    page.response.total = total(asked, prefix, &request)?;
    Ok(page)
}

fn limit(asked: u64, most: usize) -> usize {
    match usize::try_from(asked) {
        Ok(0) => USUAL.min(most),
        Ok(limit) => limit.min(most),
        Err(_) => most,
    }
}

fn order(request: &PageRequest) -> Order {
    if request.reverse {
        Order::Descending
    } else {
        Order::Ascending
    }
}

/// Start and end of what is read, from the request's key on.
fn range(prefix: &[u8], request: &PageRequest) -> (Vec<u8>, Option<Vec<u8>>) {
    let at = [prefix, &request.key].concat();
    let end = keys::end_of(prefix);
    match (request.reverse, request.key.is_empty()) {
        (_, true) => (prefix.to_vec(), end),
        (false, false) => (at, end),
        (true, false) => (prefix.to_vec(), Some([&at[..], &[0]].concat())),
    }
}

fn from_key(
    asked: &Asked<'_>,
    prefix: &[u8],
    request: &PageRequest,
    limit: usize,
) -> Result<Page, QueryFailure> {
    let (start, end) = range(prefix, request);
    let state = asked.view.state();
    let found = state.range(
        &start,
        end.as_deref(),
        order(request),
        limit.saturating_add(1),
    )?;
    let mut entries: Vec<(Vec<u8>, Vec<u8>)> = found
        .into_iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_vec(), value)))
        .collect();
    let next_key = match entries.len() > limit {
        true => entries.pop().map(|(key, _)| key).unwrap_or_default(),
        false => Vec::new(),
    };
    let response = PageResponse { next_key, total: 0 };
    Ok(Page { entries, response })
}

/// The key of the entry behind the offset, if there is one.
fn skip(
    asked: &Asked<'_>,
    prefix: &[u8],
    request: &PageRequest,
) -> Result<Option<Vec<u8>>, QueryFailure> {
    let mut left = request.offset;
    let mut found = None;
    walk(asked, prefix, request, |key| {
        let here = left == 0;
        if here {
            found = Some(key.to_vec());
        }
        left = left.saturating_sub(1);
        !here
    })?;
    Ok(found)
}

fn total(asked: &Asked<'_>, prefix: &[u8], request: &PageRequest) -> Result<u64, QueryFailure> {
    let mut count = 0u64;
    if request.count_total {
        walk(asked, prefix, request, |_| {
            count = count.saturating_add(1);
            true
        })?;
    }
    Ok(count)
}

/// Shows every key from the first on, until it is enough.
fn walk(
    asked: &Asked<'_>,
    prefix: &[u8],
    request: &PageRequest,
    mut more: impl FnMut(&[u8]) -> bool,
) -> Result<(), QueryFailure> {
    let mut at = PageRequest {
        key: Vec::new(),
        ..request.clone()
    };
    loop {
        let page = from_key(asked, prefix, &at, STRIDE)?;
        for (key, _) in &page.entries {
            if !more(key) {
                return Ok(());
            }
        }
        if page.response.next_key.is_empty() {
            return Ok(());
        }
        at.key = page.response.next_key;
    }
}
