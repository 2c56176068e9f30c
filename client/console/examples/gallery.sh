#!/usr/bin/env sh
# Builds the gallery into target/gallery, to be served by any web server. Needs wasm-bindgen on the path.
set -eu
cd "$(dirname "$0")/../../.."
built=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/debug/examples/gallery.wasm
out=target/gallery
cargo build --quiet --package cordboard-console --example gallery --target wasm32-unknown-unknown
wasm-bindgen --target web --no-typescript --out-dir "$out" "$built"
(cd client/console/src && sed -n 's/^@import "\(.*\)";$/\1/p' styles.css | xargs cat) > "$out/styles.css"
cp -r public/fonts "$out/"
sed -e '/<body>/r client/console/icons.svg' client/console/examples/gallery.html > "$out/gallery.html"
echo 'import start from "./gallery.js"; start();' > "$out/gallery-start.js"
