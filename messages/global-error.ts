/** Apart from the other messages: every page carries it, for the case that nothing else works. */
export const GLOBAL_ERROR = {
  en: {
    title: "Dozor could not be shown",
    text: "Something failed on the server. What was collected is safe; try again, and if it stays, look into the log for the number below.",
    retry: "Try again",
  },
  ru: {
    title: "Не удалось открыть Dozor",
    text: "На сервере произошёл сбой. Собранные данные не пострадали. Повторите попытку; если не помогло, найдите в журнале запись с этим номером.",
    retry: "Повторить",
  },
} as const;
