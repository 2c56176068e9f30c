//! Stories about the whole product.
