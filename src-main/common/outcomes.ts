/** Whether an event's outcome, as the export wrote it, says that the attempt failed. */
export function isFailure(outcome: string | null): boolean {
  return outcome !== null && /^(fail|denied|reject|block|error|wrong|invalid|失败|拒绝)/i.test(outcome.trim())
}

/** Whether an event's kind is a login, and whether it is a registration. */
export const isLogin = (kind: string): boolean => /^(log[-_ ]?in|sign[-_ ]?in|登录)/i.test(kind)
export const isRegistration = (kind: string): boolean => /^(regist|sign[-_ ]?up|注册)/i.test(kind)
