//! Owns how bytes are shown to people: short, and inert whatever a contract put into them.

/// Longest text that is shown of a value, in characters.
const SHOWN: usize = 100;

/// Bytes as text where they are printable, else in hexadecimal; long ones are cut.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).ok();
    let text = text.filter(|text| text.chars().all(|c| !c.is_control()));
    let whole = text.map_or_else(|| format!("0x{}", hex::encode(bytes)), str::to_owned);
    if whole.chars().count() <= SHOWN {
        return whole;
    }
    let start: String = whole.chars().take(SHOWN).collect();
    format!("{start}… ({} bytes)", bytes.len())
}

/// A number with a comma at every thousand.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
