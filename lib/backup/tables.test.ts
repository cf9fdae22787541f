import { expect, it } from "vitest";
import { permanentTables } from "./tables";

it.each<[string, string[], string[]]>([
  ["makes", ["CREATE TABLE one (id int);\nCREATE TABLE IF NOT EXISTS two (id int);"], ["one", "two"]],
  ["makes without keeping", ["CREATE UNLOGGED TABLE one (id int);", "ALTER TABLE one RENAME TO two;"], []],
  ["drops", ["CREATE TABLE one ();\nCREATE TABLE two ();", "DROP TABLE one;"], ["two"]],
  ["drops several", ["CREATE TABLE one ();\nCREATE TABLE two ();", "DROP TABLE IF EXISTS two,\n  one CASCADE;"], []],
  ["drops and makes anew", ["CREATE TABLE one ();", "DROP TABLE one;\nCREATE TABLE one ();"], ["one"]],
  ["renames", ["CREATE TABLE one ();", "ALTER TABLE one\n  RENAME TO two;"], ["two"]],
  [
    "exchanges",
    ["CREATE TABLE one ();", "CREATE TABLE new ();\nDROP TABLE one;\nALTER TABLE IF EXISTS new RENAME TO one;"],
    ["one"],
  ],
  ["renames a column", ["CREATE TABLE one (a int);", "ALTER TABLE one RENAME a TO b;"], ["one"]],
  ["drops a column", ["CREATE TABLE one (a int);", "ALTER TABLE one DROP COLUMN a;\n-- DROP TABLE one;"], ["one"]],
])("knows the tables behind migrations, of which one %s", (_, files, tables) => {
  const migrations = files.map((sql, index) => ({ name: `000${index}_made_up`, sql, checksum: "" }));
  expect(permanentTables(migrations)).toEqual(tables);
});
