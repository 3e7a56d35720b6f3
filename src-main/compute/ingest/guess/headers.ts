/**
 * What a column is called tells most of what it is. Names are compared without case, separators and what stands in
 * brackets, in English and Chinese (simplified and traditional).
 */

/** What a column may mean, before it is known what table it is in. */
export type Meaning =
  | 'account'
  | 'from_account'
  | 'to_account'
  | 'reporter'
  | 'reported'
  | 'report_id'
  | 'row_id'
  | 'time'
  | 'registered_at'
  | 'first_seen'
  | 'last_seen'
  | 'event_kind'
  | 'context'
  | 'outcome'
  | 'country'
  | 'city'
  | 'ip'
  | 'device'
  | 'phone'
  | 'email'
  | 'payment'
  | 'invite_code'
  | 'group'
  | 'wifi'
  | 'address'
  | 'relation_type'
  | 'weight'
  | 'count'
  | 'entity_type'
  | 'entity_id'
  | 'text'
  | 'category'
  | 'lang'
  | 'label'
  | 'label_source'
  | 'name'

/** Meanings whose values accounts share: each is an entity type of that name. */
export const ENTITY_MEANINGS = [
  'ip',
  'device',
  'phone',
  'email',
  'payment',
  'invite_code',
  'group',
  'wifi',
  'address',
] as const satisfies readonly Meaning[]
export type EntityMeaning = (typeof ENTITY_MEANINGS)[number]

/** Whole names, as `canonical` writes them. */
const NAMES: Record<Meaning, string> = {
  account:
    'account accountid acctid acct uid user userid userno userkey username member memberid memberno customer customerid ' +
    'client clientid player playerid openid unionid wxid wechatid wechat screenname handle login loginid loginname ' +
    'profileid personid subject subjectid owner ownerid author authorid actor actorid id key node nodeid reviewerid steamid ' +
    'accountuuid useruuid userguid authorname posterid commenterid speakerid voterid workerid employeeid userids upn userprincipalname screenid fromuser ' +
    '账号 账户 帐号 帐户 账号id 账户id 帐号id 用户 用户id 用户编号 用户号 用户账号 会员 会员id 会员编号 会员号 客户 客户id 客户编号 客户号 微信号 ' +
    '微信id 玩家 玩家id 登录账号 登录名 主体 主体id 編號 編號id 帳號 帳戶 用戶 用戶id 會員編號 账号编号 用户名称id 发布者 发布者id 作者 作者id 发帖人 发帖人id 账号名 登录帐号',
  from_account:
    'absender from fromid fromuser fromuserid fromaccount src srcid source sourceid sourceuser sender senderid payer payerid ' +
    'inviter inviterid follower followerid user1 usera accounta account1 useridfrom start caller ' +
    '发起方 发送方 发送者 发送人 付款方 付款人 付款账号 转出账号 转出方 邀请人 邀请人id 邀请者 关注者 源 源id 来源账号 甲方账号 主叫 好友a 用户a 账号a 本方账号 本方卡号 交易卡号 付款卡号 转出卡号 主动方 关注人',
  to_account:
    'empfänger to toid touser touserid toaccount dst dstid dest target targetid targetuser receiver receiverid recipient ' +
    'recipientid payee payeeid invitee inviteeid followee followed followeeid user2 userb accountb account2 end callee ' +
    'friend friendid peer peerid counterparty counterpartyid destination destinationid ' +
    '接收方 接收者 接收人 收款方 收款人 收款账号 转入账号 转入方 被邀请人 被邀请人id 被邀请者 被关注者 目标 目标id 目标账号 对方 对方账号 对手方 被叫 好友 好友id 好友b 用户b 账号b 对手账号 对手卡号 对方卡号 对方账户 交易对手账号 交易对手账卡号 交易对手卡号 收款卡号 转入卡号 被关注人',
  reporter:
    'reporter reporterid reporteruid reportedby complainant complainantid plaintiff 举报人 举报人id 举报者 举报账号 举报方 投诉人 投诉人id 投诉者 投诉账号 投诉方 檢舉人 检举人 检举者',
  reported:
    'reported reporteduser reporteduserid reportedid reportedaccount reportedaccountid accused accusedid defendant ' +
    '被举报人 被举报人id 被举报者 被举报账号 被举报方 被投诉人 被投诉人id 被投诉账号 被投诉方 被投诉者 被檢舉人 被检举人 被检举者',
  report_id:
    'report reportid reportno complaintid complaintno ticket ticketid ticketno caseid caseno 举报id 举报编号 举报单号 投诉id 投诉编号 投诉单号 工单 工单id 工单号 工单编号 案件编号 检举编号 检举单号',
  row_id:
    'rowid row index no seq number serial recordid eventid logid 序号 编号 行号 记录id 日志id 流水号 事件id',
  time:
    'ts time timestamp date datetime eventtime eventdate logintime logindate createdat createtime createdtime ' +
    'occurredat happenedat when day utc reporttime reportdate reportedat complainttime transactiontime paytime ' +
    'datum fecha time stamp localtime gmttime 时间 日期 时间戳 登录时间 登陆时间 登入时间 发生时间 操作时间 事件时间 创建时间 举报时间 投诉时间 交易时间 转账时间 ' +
    '支付时间 提交时间 訪問時間 访问时间 時間 日期时间 记录时间 createdutc unixreviewtime timecreated datereceived datetimeutc publishedat postedat sentat created createddate creationdate 发布时间 发送时间 发帖时间 评论时间 检举时间 添加时间',
  registered_at:
    'registeredat registered registertime registerdate registrationtime registrationdate registration regtime regdate ' +
    'signuptime signupdate signedupat signup joinedat joindate joined accountcreatedat accountcreated membersince ' +
    '注册时间 注册日期 注册于 开户时间 开户日期 入会时间 加入时间 開戶時間 註冊時間 创建账号时间 createdat createtime createdtime createddate creationdate createdon created createdutc 创建时间 创建日期',
  first_seen:
    'firstseen firsttime firstdate since start starttime startdate validfrom begin 首次出现 首次时间 首次使用时间 首次绑定时间 绑定时间 开始时间 最早时间 第一次时间 firstseenat firstused firstusedat firstlinked',
  last_seen:
    'lastseen lasttime lastdate until endtime enddate validto lastactive lastused 最后出现 最近时间 最后时间 最近使用时间 末次时间 结束时间 最晚时间 解绑时间 lastseenat lastusedat lastactiveat',
  event_kind:
    'operations event eventtype eventkind eventname action actiontype activity operation optype behavior behaviour verb 事件 事件类型 事件名称 行为 行为类型 操作 操作类型 动作',
  context:
    'context channel clienttype platform app appid apptype os scene entry riskcontext securitycontext risktier loginmethod ' +
    'logintype authmethod useragent source channelid 渠道 端 客户端 平台 登录方式 登陆方式 登录渠道 登录端 场景 风险场景 安全场景 入口 系统 操作系统 来源渠道 认证方式',
  outcome:
    'outcome result status success ok state loginresult loginstatus errorcode resultcode 结果 状态 登录结果 登陆结果 登录状态 是否成功 成功与否 操作结果 返回码 successful loginsuccessful loginsuccess issuccess issuccessful succeeded',
  country:
    'country countrycode nation region geocountry ipcountry 国家 国家地区 国家代码 国别 地区 登录国家 归属国',
  city: 'city town geocity ipcity province location 城市 所在城市 登录城市 城市名 省份 省市 归属地 ip归属地 登录地 登录地点',
  ip: 'ip ipaddress ipaddr clientip loginip registerip regip remoteip sourceip srcip userip ipv4 ipv6 lastip ip地址 登录ip 登陆ip 注册ip 客户端ip 访问ip 来源ip 公网ip',
  device:
    'device deviceid devicefingerprint fingerprint fp did udid imei idfa idfv androidid oaid deviceno devicekey hardwareid ' +
    'hwid machineid browserid deviceuuid 设备 设备id 设备号 设备码 设备指纹 设备标识 设备编号 终端 终端号 机器码 登录设备 指纹 設備id 裝置 advertisingid gaid aaid androiddeviceid serialno deviceserial',
  phone:
    'phone phonenumber phoneno mobile mobileno mobilenumber tel telephone cell cellphone msisdn 手机 手机号 手机号码 电话 电话号码 联系电话 绑定手机 绑定手机号 手機號',
  email: 'email mail emailaddress mailbox 邮箱 电子邮箱 邮件 邮箱地址 绑定邮箱 電子郵件',
  payment:
    'payment paymentid paymentaccount card cardno cardnumber cardid bankcard bankaccount bankaccountno iban wallet walletid ' +
    'walletaddress payaccount alipay paymentmethod creditcard 银行卡 银行卡号 卡号 支付账号 支付账户 收款卡 支付卡 钱包 钱包地址 支付宝 支付宝账号 绑定银行卡 ccnum paymenttoken cardtoken',
  invite_code:
    'invitecode invitationcode invite referral referralcode referrercode referrer promocode campaign 邀请码 推荐码 推广码 邀請碼 渠道码 活动码',
  group:
    'group groupid groupchat groupno chatid chatroom roomid room teamid guild guildid 群 群id 群号 群聊 群聊id 微信群 房间 房间号 公会 群组',
  wifi: 'wifi bssid ssid mac macaddress wifimac bssidmac wifi名称 mac地址 路由器mac 无线mac',
  address:
    'address shippingaddress deliveryaddress postaladdress homeaddress street 地址 收货地址 住址 联系地址 收件地址',
  relation_type:
    'relation relationtype relationship edgetype linktype reltype type kind sign linksentiment vote 关系 关系类型 类型 边类型 联系类型',
  weight:
    'betrag weight strength amount value amt sum total money price score 权重 强度 金额 转账金额 交易金额 总额 次数权重',
  count: 'count cnt times num n frequency freq occurrences 次数 数量 频次 计数 登录次数 hits hitcount',
  entity_type: 'entitytype entitykind objecttype idtype attributetype 实体类型 对象类型 标识类型 介质类型',
  entity_id:
    'entity entityid object objectid identifier attributevalue 实体 实体id 对象id 标识 标识值 介质 介质id',
  text:
    'text message content body comment description detail details reason complaint reporttext reportcontent note remark ' +
    'narrative msg 内容 正文 文本 举报内容 举报描述 举报文本 投诉内容 投诉描述 投诉文本 描述 详情 说明 留言 备注 评论 消息 内容描述 举报理由 投诉理由 詳情 內容 review reviewtext reviewbody tweet tweettext fulltext posttext narrative selftext 微博正文 博文 检举内容 聊天内容 消息内容 评论内容',
  category:
    'category cat reporttype reportcategory complainttype topic subject reasoncode reasontype class 类别 分类 举报类型 举报类别 投诉类型 投诉类别 举报原因 投诉原因 问题类型 类目 違規類型 检举类型 检举原因',
  lang: 'lang language locale 语言 语种',
  label:
    'label labels y verdict isfraud fraud fraudulent fraudlabel ismalicious malicious isbot bot isspam spam isbad bad banned ' +
    'isbanned suspended issuspended target groundtruth isabuse abuse risklabel black blacklist isblack decision ' +
    '标签 标记 是否欺诈 是否恶意 是否黑产 黑产 是否违规 是否封禁 封禁 是否封号 封号 处置 处置结果 判定 判定结果 审核结果 黑名单 是否黑名单 是否异常 是否作弊 恶意 欺诈 class fake isfake isfraudster fraudster islaundering laundering issybil sybil accounttakeover isaccounttakeover takeover chargeback ischargeback phishing isphishing scam isscam illicit isillicit isspammer spammer isblocked blocked botornot',
  label_source:
    'labelsource labelby labelledby labeledby reviewer reviewedby annotator 标签来源 标注人 审核人 标注来源 判定人 审核来源',
  name: 'name nickname displayname realname fullname nick title alias 昵称 名称 姓名 用户名 显示名 名字 用户昵称 微信昵称 备注名 暱稱',
}

const TRADITIONAL =
  '檢舉報帳號戶會員註冊時間開實驗證電話設備裝終編碼稱暱標籤類別詳內結態關係數頻來轉邀請與貼發評論訊對識違規種聯絡網單額幣銀訪問購買'
const SIMPLIFIED =
  '检举报帐号户会员注册时间开实验证电话设备装终编码称昵标签类别详内结态关系数频来转邀请与贴发评论讯对识违规种联络网单额币银访问购买'

/** Characters of headers as the mainland writes them. */
function simplified(text: string): string {
  return text.replaceAll(/\p{Script=Han}/gu, (char) => {
    const at = TRADITIONAL.indexOf(char)
    return at < 0 ? char : SIMPLIFIED[at]!
  })
}

const BY_NAME = new Map<string, Meaning[]>()
for (const [meaning, names] of Object.entries(NAMES) as [Meaning, string][])
  for (const name of names.split(/\s+/).map(simplified)) {
    const all = BY_NAME.get(name) ?? []
    if (!all.includes(meaning)) BY_NAME.set(name, [...all, meaning])
  }

/** Endings and beginnings that tell when the whole name does not: `last_login_ip`, `主设备号`, `tx_amount_cny`. */
const PARTS: readonly [RegExp, Meaning, number][] = [
  [/(?:ip|ipaddr|ipaddress)$|ip(?:地址)?$/, 'ip', 0.7],
  [/^(?:phone|mobile)(?:no|number)?(?:md5|sha\d*|hash|enc)$/, 'phone', 0.7],
  [/^(?:e?mail)(?:address)?(?:md5|sha\d*|hash|enc)$/, 'email', 0.7],
  [
    /(?:device|deviceid|devicefp|imei|(?<!card)fingerprint)$|^(?:device)?fingerprint|设备(?:号|id|码|指纹)?$/,
    'device',
    0.7,
  ],
  [/(?:phone|mobile|phoneno|phonenumber)$|手机号?码?$|电话(?:号码)?$/, 'phone', 0.7],
  [/(?:email|mail)$|邮箱$/, 'email', 0.7],
  [/^card.*(?:fingerprint|hash|token|id)$/, 'payment', 0.8],
  [/(?:card|cardno|cardtoken|paymenttoken|iban|wallet)$|银行卡号?$|卡号$/, 'payment', 0.6],
  [/^first(?:seen|used)|^首次/, 'first_seen', 0.7],
  [/^last(?:seen|used|active)|^(?:最后|最近)(?:出现|使用)/, 'last_seen', 0.7],
  [/(?:country|countrycode)$|国家$/, 'country', 0.6],
  [/city$|城市$/, 'city', 0.6],
  [/(?:creationdate|creationtime|createdat|createtime|createdtime)$|since$/, 'registered_at', 0.45],
  [
    /^(?:account|user|member|profile|customer|author)(?:was)?(?:creat|regist|join|since|signup)/,
    'registered_at',
    0.8,
  ],
  [/^(?:reg|register|registration|signup)|^注册|^开户/, 'registered_at', 0.3],
  [/(?:time|date|timestamp|ts|at|utc)$|^(?:time|date|timestamp)|时间$|日期$/, 'time', 0.5],
  [
    /^(?:user|account|member|customer|player|client|author|owner)[a-z]*(?:id|uuid|guid|key|no|number|hash)$/,
    'account',
    0.8,
  ],
  [/username$|loginname$|screenname$/, 'account', 0.6],
  [/(?<!^(?:pa|val|inval|vo|gr))id$/, 'account', 0.4],
  [
    /(?:userid|uid|accountid|memberid|customerid|playerid)$|(?:用户|账号|帐号|账户|会员|客户|玩家)(?:id|编号|号)?$/,
    'account',
    0.65,
  ],
  [
    /(?:用户|账号|帐号|账户|会员|客户|玩家)(?:的?唯一)?(?:id|uid|标识(?:符|码|id)?|编码|代码|主键|键)$/,
    'account',
    0.85,
  ],
  [
    /(?:label|verdict)$|标签$|^is(?:fraud|bot|spam|mal|bad)|^是否(?:已|被|已被)?(?:封|禁|拉黑|欺诈|诈骗|恶意|黑产|作弊|违规|异常|风险)/,
    'label',
    0.7,
  ],
  [/(?:amount|weight)$|^amount|金额$/, 'weight', 0.5],
  [/(?:count|cnt)$|次数$/, 'count', 0.5],
  [/(?:text|content|description|body|narrative)$|(?:内容|描述|详情)$/, 'text', 0.5],
  [/(?:category|reason)$|(?:类型|类别|原因)$/, 'category', 0.4],
  [/(?:result|outcome|status)$|(?:结果|状态)$/, 'outcome', 0.4],
  [/(?:name|nickname)$|昵称$|名称$/, 'name', 0.5],
]

/** `Login-Time (UTC)` and `loginTime` are 'logintime'; '用户ID（必填）' is '用户id'. */
export function canonicalHeader(header: string): string {
  const name = header
    .normalize('NFKC')
    .replaceAll(/\([^)]*\)|\[[^\]]*\]|【[^】]*】/g, '')
    .toLowerCase()
    .replaceAll(/[\s_\-./:#*@?"']+/g, '')
  return simplified(name)
}

/** Meanings of names that say less than an id of that kind would: where there is a better column, it is that. */
const WEAK = new Map<string, number>([
  ...['id', 'key', 'node', 'subject', 'owner'].map((name) => [name, 0.9] as const),
  ...['from', 'to', 'sender', 'receiver', 'recipient', 'source', 'target'].map(
    (name) => [name, 0.97] as const,
  ),
  ...['username', 'screenname', 'handle', 'login', 'loginname', 'author', 'authorname', 'actor'].map(
    (name) => [name, 0.85] as const,
  ),
])

/** Last parts of a path that say nothing without what stands before them: `device.id`, `geo.name`. */
const ALONE_NOTHING = new Set(
  'id key name value code type title label node number text user account state'.split(' '),
)

/** What a header may mean, best first, each with how sure that is, 0..1. A name with several meanings shares the sureness. */
export function meaningsOf(header: string): { meaning: Meaning; sure: number }[] {
  const graph = /:(START_ID|END_ID|ID|TYPE|LABEL)(?:\([^)]*\))?$/.exec(header)
  // Neo4j's labels of nodes are no judgements.
  if (graph) return GRAPH_HEADERS[graph[1]!]!.map((meaning) => ({ meaning, sure: 1 }))
  const bare = header.replace(DECLARED, '')
  // Of nested objects: `profile.created_at`, and what MongoDB says of types, and Elasticsearch around records.
  const path = bare.split('.').filter((part) => !/^(?:\$.*|_source)$/.test(part.trim()))
  // What stores give every record is its own, and seldom an account's.
  if (/^_id$/.test(path.join('.'))) return [{ meaning: 'account', sure: 0.8 }]
  if (path.length < 2) return meaningsOfName(canonicalHeader(path[0] ?? bare))
  const whole = exactly(canonicalHeader(path.join('.')))
  if (whole.length > 0) return whole
  const two = exactly(canonicalHeader(path.slice(-2).join('.')))
  if (two.length > 0) return two.map(({ meaning, sure }) => ({ meaning, sure: sure * 0.85 }))
  const last = canonicalHeader(path.at(-1)!)
  if (ALONE_NOTHING.has(last)) return []
  return meaningsOfName(last).map(({ meaning, sure }) => ({ meaning, sure: sure * 0.9 }))
}

/** Types that Neo4j's headers declare behind the name. */
const DECLARED =
  /:(?:string|int|long|float|double|boolean|byte|short|char|date|datetime|localdatetime|time|localtime|point)(?:\[\])?$/i
const GRAPH_HEADERS: Record<string, Meaning[]> = {
  START_ID: ['from_account'],
  END_ID: ['to_account'],
  ID: ['account'],
  TYPE: ['relation_type'],
  LABEL: [],
}

const PEOPLE = new Set<Meaning>(['account', 'from_account', 'to_account'])

function exactly(name: string): { meaning: Meaning; sure: number }[] {
  const exact = BY_NAME.get(name) ?? []
  const weak = WEAK.get(name) ?? 1
  return exact.map((meaning, i) => ({
    meaning,
    sure: ((exact.length === 1 ? 1 : 0.8) - i * 0.05) * (PEOPLE.has(meaning) ? weak : 1),
  }))
}

function meaningsOfName(name: string): { meaning: Meaning; sure: number }[] {
  if (name === '') return []
  const exact = exactly(name)
  if (exact.length > 0) return exact
  const found = new Map<Meaning, number>()
  for (const [pattern, meaning, sure] of PARTS)
    if (pattern.test(name)) found.set(meaning, Math.max(found.get(meaning) ?? 0, sure))
  // When an account was made is when nothing else was.
  if ((found.get('registered_at') ?? 0) >= 0.8) found.delete('time')
  return [...found].map(([meaning, sure]) => ({ meaning, sure })).sort((a, b) => b.sure - a.sure)
}

/** The zone that a header states, as minutes or a name: 'time (UTC)', '登录时间（北京时间）'; null where it states none. */
export function zoneOf(header: string): string | null {
  const text = header.normalize('NFKC').toLowerCase()
  if (/北京时间|中国时间|cst\b|asia\/shanghai|beijing/.test(text)) return 'Asia/Shanghai'
  if (/\butc\b|gmt(?![+-])|世界时|协调世界时/.test(text) && !/(?:utc|gmt)\s*[+-]/.test(text)) return 'UTC'
  const offset = /(?:utc|gmt)\s*([+-])(\d{1,2})(?::?(\d{2}))?/.exec(text)
  return offset ? `${offset[1]}${offset[2]!.padStart(2, '0')}:${offset[3] ?? '00'}` : null
}
