// What the mini-program asks its back end for. Each test says which API its call stands for; that header never leaves the proxy.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EnvHttpProxyAgent, fetch, setGlobalDispatcher } from "undici";

// Reads HTTP_PROXY and the rest, which fetch of Node before 24 does not.
setGlobalDispatcher(new EnvHttpProxyAgent());

const as = (api) => ({ headers: { "X-Miniprogram-Api": api } });

test("the user's profile is JSON", async () => {
  const answer = await fetch("https://api.example.com/json", as("request"));
  assert.equal(answer.status, 200);
  assert.ok(await answer.json());
});

test("a photo can be uploaded", async () => {
  const body = new FormData();
  body.append("file", new Blob(["photo"]), "photo.jpg");
  const answer = await fetch("https://upload.example.com/echo", { method: "POST", body, ...as("uploadFile") });
  assert.equal(answer.status, 200);
});

test("the logo can be downloaded", async () => {
  const answer = await fetch("https://cdn.example.com/image.png", as("downloadFile"));
  assert.equal(answer.status, 200);
  assert.ok((await answer.arrayBuffer()).byteLength > 0);
});
