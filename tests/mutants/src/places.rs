//! Where in a file the operators, arms, guards, literals and functions stand that a mutant can change.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

type Bytes = Range<usize>;

/// A place in a file, in bytes.
pub enum Place {
    /// An operator between two operands; `chained` if one of them is a `let`, which no parenthesis may hold.
    Binary {
        whole: Bytes,
        left: Bytes,
        operator: Bytes,
        right: Bytes,
        chained: bool,
    },
    /// An operator before its operand.
    Unary {
        whole: Bytes,
        operator: Bytes,
        operand: Bytes,
    },
    /// An arm of a `match`.
    Arm {
        whole: Bytes,
        pattern: Bytes,
        guard: Option<Bytes>,
    },
    /// A struct literal with its fields, each with its comma.
    Literal {
        whole: Bytes,
        fields: Vec<(Bytes, Bytes)>,
    },
    /// A function: what stands between the braces; `opaque` if it returns some `impl Trait`, so that one type must
    /// come out of every branch.
    Function {
        open: usize,
        content: Bytes,
        opaque: bool,
    },
}

/// A function that can be evaluated when compiling.
pub struct ConstFunction {
    pub name: String,
    /// The word `const`.
    pub word: Bytes,
    pub body: Bytes,
}

/// All places of a file, and the stretches that are evaluated when compiling.
#[derive(Default)]
pub struct Places {
    pub all: Vec<Place>,
    pub constant: Vec<Bytes>,
    pub const_functions: Vec<ConstFunction>,
}

/// Reads a file.
pub fn find(source: &str) -> syn::Result<Places> {
    let mut places = Places::default();
    places.visit_file(&syn::parse_file(source)?);
    Ok(places)
}

fn bytes(node: &impl Spanned) -> Bytes {
    node.span().byte_range()
}

impl Places {
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        if let Some(word) = &signature.constness {
            self.const_functions.push(ConstFunction {
                name: signature.ident.to_string(),
                word: bytes(word),
                body: bytes(block),
            });
        }
        let (Some(first), Some(last)) = (block.stmts.first(), block.stmts.last()) else {
            return;
        };
        self.all.push(Place::Function {
            open: block.brace_token.span.open().byte_range().end,
            content: bytes(first).start..bytes(last).end,
            opaque: Opaque::within(&signature.output),
        });
    }
}

/// Looks for an `impl Trait` in a type.
struct Opaque(bool);

impl Opaque {
    fn within(output: &syn::ReturnType) -> bool {
        let mut opaque = Opaque(false);
        opaque.visit_return_type(output);
        opaque.0
    }
}

impl Visit<'_> for Opaque {
    fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
        self.0 = true;
    }
}

/// Whether the operand of a chain of `&&` is a `let`.
fn binds(operand: &syn::Expr) -> bool {
    match operand {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

impl Visit<'_> for Places {
    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_expr_binary(&mut self, binary: &syn::ExprBinary) {
        self.all.push(Place::Binary {
            whole: bytes(binary),
            left: bytes(&binary.left),
            operator: bytes(&binary.op),
            right: bytes(&binary.right),
            chained: binds(&binary.left) || binds(&binary.right),
        });
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &syn::ExprUnary) {
        self.all.push(Place::Unary {
            whole: bytes(unary),
            operator: bytes(&unary.op),
            operand: bytes(&unary.expr),
        });
        visit::visit_expr_unary(self, unary);
    }

    fn visit_arm(&mut self, arm: &syn::Arm) {
        self.all.push(Place::Arm {
            whole: bytes(arm),
            pattern: bytes(&arm.pat),
            guard: arm.guard.as_ref().map(|(_, guard)| bytes(guard)),
        });
        visit::visit_arm(self, arm);
    }

    fn visit_expr_struct(&mut self, literal: &syn::ExprStruct) {
        let fields = literal.fields.pairs().map(|pair| {
            let field = bytes(pair.value());
            let end = pair.punct().map_or(field.end, |comma| bytes(*comma).end);
            (field.clone(), field.start..end)
        });
        self.all.push(Place::Literal {
            whole: bytes(literal),
            fields: fields.collect(),
        });
        visit::visit_expr_struct(self, literal);
    }

    fn visit_item_const(&mut self, item: &syn::ItemConst) {
        self.constant.push(bytes(item));
    }

    fn visit_impl_item_const(&mut self, item: &syn::ImplItemConst) {
        self.constant.push(bytes(item));
    }

    fn visit_trait_item_const(&mut self, item: &syn::TraitItemConst) {
        self.constant.push(bytes(item));
    }

    fn visit_item_static(&mut self, item: &syn::ItemStatic) {
        self.constant.push(bytes(item));
    }

    fn visit_expr_const(&mut self, block: &syn::ExprConst) {
        self.constant.push(bytes(block));
    }

    fn visit_variant(&mut self, variant: &syn::Variant) {
        self.constant.push(bytes(variant));
    }

    fn visit_type_array(&mut self, array: &syn::TypeArray) {
        self.constant.push(bytes(&array.len));
        self.visit_type(&array.elem);
    }

    fn visit_expr_repeat(&mut self, repeat: &syn::ExprRepeat) {
        self.constant.push(bytes(&repeat.len));
        self.visit_expr(&repeat.expr);
    }

    fn visit_generic_argument(&mut self, argument: &syn::GenericArgument) {
        if let syn::GenericArgument::Const(value) = argument {
            self.constant.push(bytes(value));
        } else {
            visit::visit_generic_argument(self, argument);
        }
    }
}
