//! Puts every change into the text beside what it changes, behind a switch. Only insertions: the original stays.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use crate::list::Mutant;
use crate::places::{Place, Places};

type Bytes = Range<usize>;

/// A file with its changes.
pub struct Spliced {
    pub text: String,
    /// Where in the text each change stands.
    changes: Vec<(Bytes, usize)>,
    /// Where in the text each changed place stands, with the numbers of its changes.
    places: Vec<(Bytes, Vec<usize>)>,
    /// Changes that cannot be switched on while running, each with the reason.
    pub left_out: Vec<(usize, &'static str)>,
}

impl Spliced {
    /// The changes that an error at these bytes of the text is about: `primary` is where the compiler puts it.
    pub fn blamed(&self, primary: &[Bytes], others: &[Bytes]) -> Vec<usize> {
        let within =
            |span: &Bytes, place: &Bytes| place.start <= span.start && span.end <= place.end;
        for spans in [primary, others] {
            let found: Vec<usize> = self
                .changes
                .iter()
                .filter(|(place, _)| spans.iter().any(|span| within(span, place)))
                .map(|(_, number)| *number)
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        // Around the error, else inside of it: the smallest changed place.
        let around =
            |(place, _): &&(Bytes, Vec<usize>)| primary.iter().any(|span| within(span, place));
        let inside =
            |(place, _): &&(Bytes, Vec<usize>)| primary.iter().any(|span| within(place, span));
        let smallest = self
            .places
            .iter()
            .filter(around)
            .min_by_key(|(place, _)| place.len());
        let found = smallest.or_else(|| self.places.iter().find(inside));
        found
            .map(|(_, numbers)| numbers.clone())
            .unwrap_or_default()
    }
}

/// Text to insert, and where in it changes stand.
#[derive(Default)]
struct Insertion {
    text: String,
    changes: Vec<(Bytes, usize)>,
}

impl Insertion {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn change(&mut self, number: usize, text: &str) {
        let start = self.text.len();
        self.push(text);
        self.changes.push((start..self.text.len(), number));
    }
}

/// What goes around or into one place.
struct Edit {
    range: Bytes,
    before: Insertion,
    after: &'static str,
    numbers: Vec<usize>,
}

fn switch(number: usize) -> String {
    format!("crate::mutant_switch::on({number})")
}

/// Splices the changes with these numbers into the file. A function that holds some is not `const` any more, unless it
/// has a name that is needed as such.
pub fn splice(
    source: &str,
    places: &Places,
    mutants: &[Mutant],
    numbers: &[usize],
    unviable: &HashSet<usize>,
    needed_const: &HashSet<String>,
) -> Spliced {
    let mut left_out = Vec::new();
    let mut at_place: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for &number in numbers {
        let mutant = &mutants[number];
        let within =
            |place: &Bytes| place.start <= mutant.range.start && mutant.range.end <= place.end;
        let function = places
            .const_functions
            .iter()
            .find(|function| within(&function.body));
        let needed = function.is_some_and(|function| needed_const.contains(&function.name));
        if needed || places.constant.iter().any(within) {
            left_out.push((number, "evaluated when compiling"));
            continue;
        }
        match places.all.iter().position(|place| changes(place, mutant)) {
            None => left_out.push((number, "not found")),
            Some(index) => match obstacle(&places.all[index]) {
                Some(reason) => left_out.push((number, reason)),
                None if unviable.contains(&number) => {}
                // An arm goes around its guard, both around the operators in them.
                None => at_place
                    .entry((index, usize::from(mutant.genre == "MatchArmGuard")))
                    .or_default()
                    .push(number),
            },
        }
    }
    let freed = places
        .const_functions
        .iter()
        .filter(|function| !needed_const.contains(&function.name));
    let freed = freed.filter(|function| {
        let within = |number: &usize| {
            let range = &mutants[*number].range;
            function.body.start <= range.start && range.end <= function.body.end
        };
        numbers.iter().any(within)
    });
    let freed = freed.map(|function| Edit {
        range: function.word.clone(),
        before: Insertion {
            text: String::from("/*"),
            changes: Vec::new(),
        },
        after: "*/",
        numbers: Vec::new(),
    });
    let edits = at_place.into_iter().map(|((index, guard), numbers)| {
        edit(source, &places.all[index], guard == 1, mutants, numbers)
    });
    let edits = edits.chain(freed).collect();
    let mut spliced = insert(source, edits);
    spliced.left_out = left_out;
    spliced
}

fn obstacle(place: &Place) -> Option<&'static str> {
    match place {
        Place::Binary { chained: true, .. } => Some("a chain with `let`"),
        Place::Function { opaque: true, .. } => Some("returns an `impl Trait`"),
        _ => None,
    }
}

fn changes(place: &Place, mutant: &Mutant) -> bool {
    let range = &mutant.range;
    match (mutant.genre.as_str(), place) {
        ("BinaryOperator", Place::Binary { operator, .. }) => operator == range,
        ("UnaryOperator", Place::Unary { operator, .. }) => operator == range,
        ("MatchArm", Place::Arm { whole, .. }) => whole.start == range.start,
        ("MatchArmGuard", Place::Arm { guard, .. }) => guard.as_ref() == Some(range),
        ("StructField", Place::Literal { fields, .. }) => {
            fields.iter().any(|(field, _)| field.start == range.start)
        }
        ("FnValue", Place::Function { content, .. }) => content == range,
        _ => false,
    }
}

fn edit(
    source: &str,
    place: &Place,
    guarded: bool,
    mutants: &[Mutant],
    numbers: Vec<usize>,
) -> Edit {
    let mut before = Insertion::default();
    // `(if on(1) { one change } else if on(2) { another } else { the original })`
    let choice = |before: &mut Insertion, change: &dyn Fn(&Mutant) -> String| {
        before.push("(");
        for &number in &numbers {
            before.push(&format!("if {} {{ ", switch(number)));
            before.change(number, &change(&mutants[number]));
            before.push(" } else ");
        }
        before.push("{ ");
    };
    let (range, after) = match place {
        Place::Binary {
            whole, left, right, ..
        } => {
            choice(&mut before, &|mutant| {
                let (left, right) = (&source[left.clone()], &source[right.clone()]);
                format!("({left}) {} ({right})", mutant.replacement)
            });
            (whole.clone(), " })")
        }
        Place::Unary { whole, operand, .. } => {
            choice(&mut before, &|_| source[operand.clone()].to_owned());
            (whole.clone(), " })")
        }
        Place::Literal { whole, fields } => {
            choice(&mut before, &|mutant| {
                let mut rest = source[whole.clone()].to_owned();
                if let Some((_, field)) = fields
                    .iter()
                    .find(|(field, _)| field.start == mutant.range.start)
                {
                    rest.replace_range(field.start - whole.start..field.end - whole.start, "");
                }
                rest
            });
            (whole.clone(), " })")
        }
        Place::Arm {
            guard: Some(guard), ..
        } if guarded => {
            choice(&mut before, &|mutant| mutant.replacement.clone());
            (guard.clone(), " })")
        }
        Place::Arm { pattern, guard, .. } => {
            let absent: Vec<String> = numbers
                .iter()
                .map(|&number| format!("!{}", switch(number)))
                .collect();
            let absent = absent.join(" && ");
            match guard {
                Some(guard) => {
                    before.change(numbers[0], &absent);
                    before.push(" && (");
                    (guard.clone(), ")")
                }
                None => {
                    before.push(" if ");
                    before.change(numbers[0], &absent);
                    (pattern.end..pattern.end, "")
                }
            }
        }
        Place::Function { open, .. } => {
            for &number in &numbers {
                before.push(&format!(" if {} {{ return ", switch(number)));
                before.change(number, &mutants[number].replacement);
                before.push("; }");
            }
            (*open..*open, "")
        }
    };
    Edit {
        range,
        before,
        after,
        numbers,
    }
}

/// Writes the text: what ends at a byte before what starts there, the larger around the smaller.
fn insert(source: &str, edits: Vec<Edit>) -> Spliced {
    let mut order: Vec<(usize, i64, bool, usize)> = Vec::new();
    for (index, edit) in edits.iter().enumerate() {
        let length = i64::try_from(edit.range.len()).unwrap_or(i64::MAX);
        order.push((
            edit.range.start,
            1 << 40 | ((1 << 39) - length),
            false,
            index,
        ));
        order.push((
            edit.range.end,
            if length == 0 { 1 << 50 } else { length },
            true,
            index,
        ));
    }
    // Of two places of one length the first is the outer: its end comes last.
    order.sort_by_key(|&(at, rank, end, index)| {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        (at, rank, if end { -index } else { index })
    });
    let mut spliced = Spliced {
        text: String::with_capacity(source.len() * 2),
        changes: Vec::new(),
        places: Vec::new(),
        left_out: Vec::new(),
    };
    let mut starts = vec![0; edits.len()];
    let mut done = 0;
    for (at, _, end, index) in order {
        let edit = &edits[index];
        spliced.text.push_str(&source[done..at]);
        done = at;
        let here = spliced.text.len();
        if end {
            spliced.text.push_str(edit.after);
            let whole = starts[index]..spliced.text.len();
            spliced.places.push((whole, edit.numbers.clone()));
        } else {
            starts[index] = here;
            spliced.text.push_str(&edit.before.text);
            for (range, number) in &edit.before.changes {
                spliced
                    .changes
                    .push((here + range.start..here + range.end, *number));
            }
        }
    }
    spliced.text.push_str(&source[done..]);
    spliced
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file with all of these changes: genre, what is replaced, by what.
    fn spliced(source: &str, changes: &[(&str, &str, &str)]) -> Spliced {
        let mutants: Vec<Mutant> = changes
            .iter()
            .map(|(genre, old, new)| {
                let start = source.find(old).unwrap();
                Mutant {
                    part: "policy",
                    file: String::from("file.rs"),
                    genre: String::from(*genre),
                    range: start..start + old.len(),
                    replacement: String::from(*new),
                    name: String::new(),
                }
            })
            .collect();
        let numbers: Vec<usize> = (0..mutants.len()).collect();
        let places = crate::places::find(source).unwrap();
        splice(
            source,
            &places,
            &mutants,
            &numbers,
            &HashSet::new(),
            &HashSet::from([String::from("needed")]),
        )
    }

    fn on(text: &str) -> String {
        text.replace("on(", "crate::mutant_switch::on(")
    }

    #[test]
    fn a_change_stands_beside_the_original_and_inner_places_in_the_original_alone() {
        let changes = [
            ("BinaryOperator", "<", ">"),
            ("BinaryOperator", "+", "-"),
            ("FnValue", "a + 1 < b", "true"),
        ];
        let text = spliced("fn f(a: u8, b: u8) -> bool { a + 1 < b }", &changes).text;
        let body = "if on(2) { return true; } (if on(0) { (a + 1) > (b) } else { (if on(1) { (a) - (1) } else { a + 1 }) < b })";
        assert_eq!(
            text,
            format!("fn f(a: u8, b: u8) -> bool {{ {} }}", on(body))
        );
    }

    #[test]
    fn an_arm_is_taken_away_by_its_guard() {
        let source = "fn f(a: u8) { match a { 1 => {} 2 if a < 3 => {} _ => {} } }";
        let changes = [
            ("MatchArm", "1 => {}", ""),
            ("MatchArm", "2 if a < 3 => {}", ""),
            ("MatchArmGuard", "a < 3", "true"),
            ("BinaryOperator", "<", ">"),
        ];
        let arms = "1 if !on(0) => {} 2 if !on(1) && ((if on(2) { true } else { (if on(3) { (a) > (3) } else { a < 3 }) })) =>";
        let text = spliced(source, &changes).text;
        assert!(text.contains(&on(arms)), "{text}");
    }

    #[test]
    fn what_the_compiler_evaluates_is_left_out() {
        let result = spliced("const A: u8 = 1 + 1;", &[("BinaryOperator", "+", "-")]);
        assert_eq!(result.left_out, [(0, "evaluated when compiling")]);
        assert_eq!(result.text, "const A: u8 = 1 + 1;");
    }

    #[test]
    fn a_function_loses_its_const_unless_it_is_needed() {
        let changes = [("FnValue", "2", "3")];
        let text = spliced("const fn needed() -> u8 { 2 }", &changes).text;
        assert_eq!(text, "const fn needed() -> u8 { 2 }");
        let text = spliced("const fn f() -> u8 { 2 }", &changes).text;
        assert_eq!(
            text,
            on("/*const*/ fn f() -> u8 { if on(0) { return 3; } 2 }")
        );
    }

    #[test]
    fn an_error_is_blamed_on_the_change_it_stands_in() {
        let changes = [("BinaryOperator", "<", ">"), ("BinaryOperator", "+", "-")];
        let result = spliced("fn f(a: u8, b: u8) -> bool { a + 1 < b }", &changes);
        let at = |text: &str| {
            let start = result.text.find(text).unwrap();
            start..start + text.len()
        };
        assert_eq!(result.blamed(&[at("(a) - (1)")], &[]), [1]);
        assert_eq!(result.blamed(&[], &[at("(b) }")]), Vec::<usize>::new());
        assert_eq!(result.blamed(&[at("< b")], &[]), [0]);
    }
}
