import { expect, it } from "vitest";
import { downloadResponse } from "./download";

it.each([
  ["shop.pub", `attachment; filename="shop.pub"; filename*=UTF-8''shop.pub`],
  ["Ключ 1.pub", `attachment; filename="____ 1.pub"; filename*=UTF-8''%D0%9A%D0%BB%D1%8E%D1%87%201.pub`],
  ["../../etc/cron.pub", `attachment; filename="__.._etc_cron.pub"; filename*=UTF-8''__.._etc_cron.pub`],
  ['a"; x="\r\ny.pub', `attachment; filename="a__ x____y.pub"; filename*=UTF-8''a_%3B%20x%3D___y.pub`],
  ["it's (50%)*.pub", `attachment; filename="it_s _50___.pub"; filename*=UTF-8''it%27s%20%2850%25%29_.pub`],
  ["x\u202egpj.pub", `attachment; filename="x_gpj.pub"; filename*=UTF-8''x_gpj.pub`],
])("names %j safely", async (name, disposition) => {
  const response = downloadResponse({ name, text: "é\n", type: "text/plain; charset=utf-8" });
  expect(response.headers.get("content-disposition")).toBe(disposition);
  expect(response.headers.get("content-length")).toBe("3");
  expect(await response.text()).toBe("é\n");
});
