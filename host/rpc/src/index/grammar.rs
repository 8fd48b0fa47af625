//! The language of searches and subscriptions, as CometBFT has it: conditions joined by `AND`. It reads text and looks nothing up.

/// Longest query, in bytes.
pub(crate) const MAX_QUERY: usize = 512;

/// What an attribute is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    /// This very text.
    Is(String),
    /// A text with this in it.
    Contains(String),
    /// Any value.
    Exists,
    /// A number that compares so.
    Number(Comparison, i128),
}

/// How numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    pub(crate) fn holds(self, left: i128, right: i128) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// A condition on one attribute, named `type.key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) key: String,
    pub(crate) test: Test,
}

impl Condition {
    /// Whether a value passes.
    pub(crate) fn admits(&self, value: &str) -> bool {
        match &self.test {
            Test::Is(text) => value == text,
            Test::Contains(text) => value.contains(text.as_str()),
            Test::Exists => true,
            Test::Number(comparison, number) => value
                .parse()
                .is_ok_and(|value| comparison.holds(value, *number)),
        }
    }
}

/// Reads a query; at least one condition.
pub(crate) fn parse(query: &str) -> Result<Vec<Condition>, String> {
    if query.len() > MAX_QUERY {
        return Err("maximum query length exceeded".to_owned());
    }
    let tokens = tokens(query)?;
    let mut rest = tokens.as_slice();
    let mut conditions = Vec::new();
    loop {
        let (condition, after) = condition(rest)?;
        conditions.push(condition);
        match after.split_first() {
            None => return Ok(conditions),
            Some((Token::Word(word), after)) if word == "AND" => rest = after,
            Some((other, _)) => return Err(format!("got {other:?}, wanted AND")),
        }
    }
}

fn condition(tokens: &[Token]) -> Result<(Condition, &[Token]), String> {
    let [Token::Word(key), operator, rest @ ..] = tokens else {
        return Err("a condition is an event's `type.key`, an operator, and a value".to_owned());
    };
    let key = key.clone();
    if matches!(operator, Token::Word(word) if word == "EXISTS") {
        let test = Test::Exists;
        return Ok((Condition { key, test }, rest));
    }
    let (operand, rest) = rest
        .split_first()
        .ok_or_else(|| format!("{key} is compared with nothing"))?;
    let test = match (operator, operand) {
        (Token::Word(word), Token::Text(text)) if word == "CONTAINS" => {
            Test::Contains(text.clone())
        }
        (Token::Compare(Comparison::Equal), Token::Text(text)) => Test::Is(text.clone()),
        (Token::Compare(comparison), Token::Word(word)) => {
            let number = word.parse().map_err(|_| {
                format!("`{word}` is no whole number; texts stand in single quotes")
            })?;
            Test::Number(*comparison, number)
        }
        _ => return Err(format!("{key} cannot be compared so")),
    };
    Ok((Condition { key, test }, rest))
}

#[derive(Debug)]
enum Token {
    Word(String),
    Text(String),
    Compare(Comparison),
}

fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '\'' => {
                let inside = rest.get(1..).unwrap_or_default();
                let (text, after) = inside
                    .split_once('\'')
                    .ok_or_else(|| "a text is not closed".to_owned())?;
                (Token::Text(text.to_owned()), after)
            }
            '=' | '<' | '>' => operator(rest),
            _ => {
                let end = rest.find([' ', '\t', '\n', '\r', '=', '<', '>', '\'', '"', '(', ')']);
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                if word.is_empty() {
                    return Err(format!("unexpected character {first:?}"));
                }
                (Token::Word(word.to_owned()), after)
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn operator(text: &str) -> (Token, &str) {
    use Comparison as C;
    let known = [
        ("<=", C::AtMost),
        (">=", C::AtLeast),
        ("<", C::Less),
        (">", C::More),
        ("=", C::Equal),
    ];
    for (sign, comparison) in known {
        if let Some(after) = text.strip_prefix(sign) {
            return (Token::Compare(comparison), after);
        }
    }
    (Token::Word(text.to_owned()), "")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn conditions_are_read_in_order() {
        let query = "tx.height>=5 AND message.action='/cosmwasm.wasm.v1.MsgExecuteContract' AND wasm.a CONTAINS 'b c' AND x.y EXISTS AND a.b = 7";
        let read = parse(query).unwrap();
        let keys: Vec<&str> = read
            .iter()
            .map(|condition| condition.key.as_str())
            .collect();
        assert_eq!(
            keys,
            ["tx.height", "message.action", "wasm.a", "x.y", "a.b"]
        );
        assert_eq!(read[0].test, Test::Number(Comparison::AtLeast, 5));
        assert_eq!(read[2].test, Test::Contains("b c".to_owned()));
        assert_eq!(read[3].test, Test::Exists);
        assert!(read[4].admits("7") && !read[4].admits("8") && !read[4].admits("x"));
        assert!(read[2].admits("ab cd") && !read[2].admits("bc"));
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for query in [
            "",
            " ",
            "a",
            "a=",
            "=5",
            "a='x",
            "a=x",
            "a='x' OR b='y'",
            "a='x' AND",
            "a>'x'",
            "a CONTAINS 5",
            "(a=5)",
            "a=\"x\"",
            "a = = 5",
            "a='x' b='y'",
            "\u{202e}",
        ] {
            assert!(parse(query).is_err(), "{query:?}");
        }
        assert!(parse(&format!("a='{}'", "x".repeat(600))).is_err());
    }
}
