//! Owns the encoding of lists of byte strings across the border (each followed by its big-endian length); it must never read past the end.

use crate::error::CallError;

const LENGTH_BYTES: usize = 4;

/// Joins the sections, each with its length behind it.
pub(crate) fn encode(sections: &[&[u8]]) -> Result<Vec<u8>, CallError> {
    let mut out = Vec::new();
    for section in sections {
        let length =
            u32::try_from(section.len()).map_err(|_| CallError::Section("section too long"))?;
        out.extend_from_slice(section);
        out.extend_from_slice(&length.to_be_bytes());
    }
    Ok(out)
}

/// Splits joined sections, starting from the last.
pub(crate) fn decode(mut rest: &[u8]) -> Result<Vec<&[u8]>, CallError> {
    let mut sections = Vec::new();
    while let Some((front, length)) = rest.split_last_chunk::<LENGTH_BYTES>() {
        let start = usize::try_from(u32::from_be_bytes(*length))
            .ok()
            .and_then(|length| front.len().checked_sub(length))
            .ok_or(CallError::Section("section length overflow"))?;
        let (before, section) = front.split_at(start);
        sections.push(section);
        rest = before;
    }
    if !rest.is_empty() {
        return Err(CallError::Section("extra data outside of any section"));
    }
    sections.reverse();
    Ok(sections)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn sections_come_back_in_order() {
        let sections: [&[u8]; 3] = [b"one", b"", b"three"];
        let encoded = encode(&sections).unwrap();
        assert_eq!(decode(&encoded).unwrap(), sections);
        assert_eq!(decode(b"").unwrap(), Vec::<&[u8]>::new());
    }

    #[test]
    fn a_length_beyond_the_start_is_refused() {
        assert!(decode(&[1, 2, 0, 0, 0, 3]).is_err());
        assert!(decode(&[1, 2, 3]).is_err());
        assert!(decode(&[9, 1, 0, 0, 0, 1]).is_err());
    }
}
