import { badEnvironment, type GivenEnv, readOwnEnv } from "../env";
import { badSettingOverrides } from "../settings/queries";
import { validatePassword } from "../users/password";

/** The environment, held against everything that can be known before a database runs. @throws StartError with every bad variable */
export async function checkEnvironment(): Promise<GivenEnv> {
  const { values, problems } = readOwnEnv();
  const all = [...problems, ...badSettingOverrides()];
  if (values?.ADMIN_PASSWORD) {
    const broken = await validatePassword(values.ADMIN_PASSWORD, "admin", values.PASSWORD_MIN_LENGTH);
    all.push(...broken.map(({ message }) => `ADMIN_PASSWORD: ${message}`));
  }
  if (!values || all.length > 0) throw badEnvironment(all);
  return values;
}
