//! Tokens to the tree, by recursive descent, one token ahead.
//!
//! Every rule of the language is checked here, where the position is known; the decoder of
//! canonical bytes checks the same rules with the same functions.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::display;
use crate::policy::lexer::{Lexer, Placed, Token};
use crate::policy::limits::{
    self, DEPTH_TEXT, LEAVES_TEXT, MAX_DEPTH, MAX_LEAVES, MAX_TEXT, TEXT_TEXT,
};
use crate::policy::over::Over;
use crate::policy::tree::{Node, first_duplicate};
use crate::policy::value::{is_keyword, resembles_keyword};

/// Reads a whole policy.
pub(super) fn parse<'a>(text: &'a str, over: Over<'a>) -> Result<Node> {
    if text.len() > MAX_TEXT + limits::EXPIRY_TEXT {
        return Err(Error::PolicyLimit(MAX_TEXT, TEXT_TEXT));
    }
    let mut lexer = Lexer::new(text);
    let next = lexer.next()?;
    let mut parser = Parser {
        lexer,
        next,
        over,
        leaves: 0,
        rows: 0,
        too_many: None,
        too_deep: None,
        closed: false,
    };
    let part = parser.chain(Gate::Or, 0, false)?;
    if parser.next.token != Token::End {
        return parser.expected("`and`, `or` or the end of the policy");
    }
    parser.check_limits(text.len(), &part.node)?;
    Ok(part.node)
}

/// A gate written between its children.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gate {
    And,
    Or,
}

/// A tree and the places it was read from: its own, and those of its children if it is a gate.
pub(super) struct Part {
    pub(super) node: Node,
    pub(super) at: usize,
    pub(super) children: Vec<usize>,
}

/// The state of reading: the token ahead and what was counted so far.
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    pub(super) next: Placed<'a>,
    pub(super) over: Over<'a>,
    leaves: usize,
    rows: usize,
    /// Where the first leaf beyond the limit stands.
    too_many: Option<usize>,
    /// Where nesting first went beyond the limit.
    too_deep: Option<usize>,
    /// Whether the token before `next` closed a parenthesis.
    closed: bool,
}

impl<'a> Parser<'a> {
    /// Takes the token and reads the one behind it.
    pub(super) fn take(&mut self) -> Result<Placed<'a>> {
        let next = self.lexer.next()?;
        let taken = core::mem::replace(&mut self.next, next);
        self.closed = taken.token == Token::Close;
        Ok(taken)
    }

    pub(super) fn expected<T>(&self, what: &'static str) -> Result<T> {
        Err(Error::PolicySyntax(self.next.start, what))
    }

    pub(super) fn demand(&mut self, token: &Token<'_>, what: &'static str) -> Result<usize> {
        if self.next.token == *token {
            Ok(self.take()?.start)
        } else {
            self.expected(what)
        }
    }

    /// `part {"or" part}` or `part {"and" part}`; what `or` joins are chains of `and`.
    fn chain(&mut self, gate: Gate, depth: usize, negated: bool) -> Result<Part> {
        let keyword = match gate {
            Gate::And => "and",
            Gate::Or => "or",
        };
        let mut joined = self.link(gate, depth, negated)?;
        if self.next.token != Token::Word(keyword) {
            return Ok(joined);
        }
        let mut nodes = Vec::new();
        let mut places = Vec::new();
        let at = joined.at;
        loop {
            // The same gate inside this one is this one.
            match (gate, joined.node) {
                (Gate::And, Node::And(children)) | (Gate::Or, Node::Or(children)) => {
                    nodes.extend(children);
                    places.extend(joined.children);
                }
                (_, node) => {
                    nodes.push(node);
                    places.push(joined.at);
                }
            }
            if self.next.token != Token::Word(keyword) {
                break;
            }
            self.take()?;
            joined = self.link(gate, depth, negated)?;
        }
        refuse_duplicates(&nodes, &places)?;
        let node = match gate {
            Gate::And => Node::And(nodes),
            Gate::Or => Node::Or(nodes),
        };
        Ok(Part {
            node,
            at,
            children: places,
        })
    }

    fn link(&mut self, gate: Gate, depth: usize, negated: bool) -> Result<Part> {
        match gate {
            Gate::Or => self.chain(Gate::And, depth, negated),
            Gate::And => {
                let part = self.operand(depth, negated)?;
                match self.next.token {
                    Token::Word(word) if !is_keyword(word) && resembles_keyword(word) => {
                        self.expected("`and` or `or`; keywords are written in lower case")
                    }
                    _ => Ok(part),
                }
            }
        }
    }

    /// A negation, a gate in parentheses, a `k of (…)` or a leaf.
    fn operand(&mut self, depth: usize, negated: bool) -> Result<Part> {
        let at = self.next.start;
        match self.next.token {
            Token::Word("not") => {
                let depth = self.deeper(depth, at)?;
                self.take()?;
                let child = self.operand(depth, !negated)?;
                let node = Node::Not(Box::new(child.node));
                Ok(Part {
                    node,
                    at,
                    children: Vec::new(),
                })
            }
            Token::Open => {
                let depth = self.deeper(depth, at)?;
                self.take()?;
                let part = self.chain(Gate::Or, depth, negated)?;
                self.demand(&Token::Close, "`and`, `or` or `)`")?;
                Ok(Part { at, ..part })
            }
            Token::Word(word) if word.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.threshold(word, depth, negated)
            }
            Token::Word(word) if is_keyword(word) => self.expected(OPERAND),
            Token::Word(word) if resembles_keyword(word) => {
                self.expected("a name or a keyword; keywords are written in lower case")
            }
            Token::Word(word) => self.leaf(word, negated),
            _ => self.expected(OPERAND),
        }
    }

    /// `k of (part, part, …)`.
    fn threshold(&mut self, needed: &str, depth: usize, negated: bool) -> Result<Part> {
        let at = self.take()?.start;
        if needed.len() > 1 && needed.starts_with('0') {
            return Err(Error::PolicyMeaning(at, "a number has no leading zeros"));
        }
        if self.next.token != Token::Word("of") {
            return self.expected("`of` behind a number; a name begins with a letter");
        }
        let depth = self.deeper(depth, at)?;
        self.take()?;
        self.demand(&Token::Open, "`(`")?;
        let mut nodes = Vec::new();
        let mut places = Vec::new();
        loop {
            let part = self.chain(Gate::Or, depth, negated)?;
            nodes.push(part.node);
            places.push(part.at);
            if self.next.token != Token::Comma {
                break;
            }
            self.take()?;
        }
        self.demand(&Token::Close, "`and`, `or`, `,` or `)`")?;
        refuse_duplicates(&nodes, &places)?;
        if nodes.len() < 2 {
            return Err(Error::PolicyMeaning(at, "`k of` needs two members or more"));
        }
        // A number beyond u16 is beyond every count of members.
        let needed = needed.parse().unwrap_or(u16::MAX);
        if needed == 0 {
            return Err(Error::PolicyMeaning(at, "`0 of` asks for nothing"));
        }
        if usize::from(needed) > nodes.len() {
            return Err(Error::PolicyMeaning(
                at,
                "`k of` asks for more members than it has",
            ));
        }
        let node = Node::Threshold(needed, nodes);
        Ok(Part {
            node,
            at,
            children: Vec::new(),
        })
    }

    /// One level further down. Nesting one too deep is noted, not refused: an expiry clause that
    /// sealing added can stand behind a whole policy in parentheses.
    fn deeper(&mut self, depth: usize, at: usize) -> Result<usize> {
        if depth >= MAX_DEPTH {
            let first = *self.too_deep.get_or_insert(at);
            if depth > MAX_DEPTH {
                return Err(Error::PolicyLimit(first, DEPTH_TEXT));
            }
        }
        Ok(depth + 1)
    }

    /// Counts a leaf that stands at `at`; likewise one too many is noted only.
    pub(super) fn count_leaf(&mut self, at: usize) -> Result<()> {
        self.leaves += 1;
        if self.leaves > MAX_LEAVES {
            let first = *self.too_many.get_or_insert(at);
            if self.leaves > MAX_LEAVES + 1 {
                return Err(Error::PolicyLimit(first, LEAVES_TEXT));
            }
        }
        Ok(())
    }

    /// Counts the rows of a condition that stands at `at`.
    pub(super) fn count_rows(&mut self, rows: usize, at: usize) -> Result<()> {
        self.rows += rows;
        if self.rows > self.over.rows() {
            return Err(Error::PolicyLimit(at, self.over.rows_text()));
        }
        Ok(())
    }

    /// The limits that can only be judged when the whole tree is known.
    fn check_limits(&self, length: usize, root: &Node) -> Result<()> {
        match self.too_many {
            Some(at) if root.before_expiry().is_none() => {
                return Err(Error::PolicyLimit(at, LEAVES_TEXT));
            }
            _ => {}
        }
        match self.too_deep {
            // The clause itself stands in no parentheses where sealing adds it.
            Some(at) if !limits::is_expiring_or(root) || self.closed => {
                return Err(Error::PolicyLimit(at, DEPTH_TEXT));
            }
            _ => {}
        }
        if length.max(display::length(root)) > limits::text(root) {
            return Err(Error::PolicyLimit(MAX_TEXT, TEXT_TEXT));
        }
        Ok(())
    }
}

/// What can stand between gates, for messages.
const OPERAND: &str = "a name, `not`, `(` or `k of (`";

/// Refuses a child that equals one before it, at its place.
fn refuse_duplicates(nodes: &[Node], places: &[usize]) -> Result<()> {
    match first_duplicate(nodes).and_then(|child| places.get(child)) {
        Some(at) => Err(Error::PolicyMeaning(
            *at,
            "the same condition twice in one gate",
        )),
        None => Ok(()),
    }
}
