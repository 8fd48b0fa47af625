//! Reads hexadecimal digits and says what is wrong with them in the words of Go's library, which clients of real chains know. It writes none.

/// The bytes.
pub(crate) fn read(text: &str) -> Result<Vec<u8>, String> {
    if let Some(other) = text.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        let number = u32::from(other);
        return Err(format!(
            "encoding/hex: invalid byte: U+{number:04X} '{other}'"
        ));
    }
    hex::decode(text).map_err(|_| "encoding/hex: odd length hex string".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_as_go_says_it() {
        assert_eq!(read("00ff"), Ok(vec![0, 255]));
        let wrong = |text: &str| read(text).err().unwrap_or_default();
        assert_eq!(wrong("xyz"), "encoding/hex: invalid byte: U+0078 'x'");
        assert_eq!(wrong("abc"), "encoding/hex: odd length hex string");
    }
}
