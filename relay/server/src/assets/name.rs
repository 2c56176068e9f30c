//! What a file's name tells: how long it may be cached, and what it is.

/// Digits that a hash in a name has at least. Trunk writes 16 and leaves out zeros at the front.
const SHORTEST_HASH: usize = 12;

/// Whether the name holds a hash of its content, as in `console-5f2c0d9e8b7a6c41_bg.wasm`. Folders do not count:
/// wasm-bindgen gives them hashes that stay the same when the content changes.
pub(super) fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).count();
        digits >= SHORTEST_HASH && part.get(digits..).is_some_and(|rest| rest.starts_with(['.', '_']))
    })
}

/// The media type that the name's ending stands for.
pub(super) fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        // Without this type browsers refuse to compile while they load.
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wav") => "audio/wav",
        Some("mp3") => "audio/mpeg",
        Some("ogg" | "opus") => "audio/ogg",
        Some("txt") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_content_hash_are_cached_for_ever() {
        for path in [
            "/console-5f2c0d9e8b7a6c41.js",
            "/console-5f2c0d9e8b7a6c41_bg.wasm",
            "/app-style-0123456789abcd.css",
        ] {
            assert!(has_hash(path), "{path}");
        }
        for path in [
            "/engine.js",
            "/engine_bg.wasm",
            "/sw.js",
            "/icon-192.png",
            "/console-facade.js",
            "/snippets/console-5f2c0d9e8b7a6c41/inline0.js",
            "/5f2c0d9e8b7a6c41.js",
            "/console-5f2c0d9e8b7a6c41x.js",
        ] {
            assert!(!has_hash(path), "{path}");
        }
    }
}
