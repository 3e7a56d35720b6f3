import type { Scheme } from '../world.ts'

/** Scripts that rings copy, by scheme: what stands in profiles, in mass messages and, quoted, in reports. */
export const SCHEME_SCRIPTS: Record<Scheme, { zh: readonly string[]; en: readonly string[] }> = {
  brushing: {
    zh: [
      '招手机兼职，在家可做，点赞关注就有佣金，日结{daily}，不收押金，加{wx}',
      '宝妈学生党看过来！刷单返现，一单{money}，当天结算，名额有限，详聊{wx}',
      '商家冲销量急招刷手，垫付{money}返{daily}，三单一结，有意私我',
      '动动手指做任务，一天{daily}轻轻松松，做完马上到账，{wx}',
      '电商平台数据优化员，时间自由，新人首单送{money}，日结不拖欠',
      '诚招店铺补单员，本金佣金一起返，5分钟一单，加{wx}备注兼职',
      '不坐班不打卡，有手机就能做，每天{daily}，先做两单小的试试水',
      '内部福利单，垫{money}秒返，做满三单解锁大额连单，进群领取',
      '抖音点赞员，一个赞2元，日结，满{money}提现，老师一对一带',
      '下班副业推荐：帮商家做好评，佣金日结{daily}，真实可靠，可先结后做',
    ],
    en: [
      'Hiring online helpers: like and follow shops from home, {daily} a day, paid daily, no deposit. {wx}',
      'Part-time product booster wanted! 30 min a day, {daily}, withdraw any time. Add {wx}',
      'We are an e-commerce optimisation team. Complete simple orders, get your capital back + commission. {wx}',
      'Easy side job, phone only. Finish 3 tasks and receive {money} right now. Msg me TASK',
      'Merchants need reviews, you need cash 💰 {daily}/day, trainer guides you step by step. {wx}',
      'Remote job, flexible hours, no experience. First order bonus {money}. Contact HR at {wx}',
      'Rate hotels and earn {daily}. Top up {money} to unlock combo orders, payout within minutes',
    ],
  },
  service: {
    zh: [
      '您好，我是平台客服，您购买的{goods}有质量问题，现为您办理三倍理赔，请添加{wx}',
      '【官方客服】您的账户误开通了百万保障，不关闭每月扣费{money}元，请尽快联系{wx}取消',
      '您的快递丢失，本公司主动赔付{money}元，请提供订单号并加理赔专员{wx}',
      '尊敬的用户，您的账号存在异常，24小时内未认证将被冻结，点此核验 {site}',
      '售后中心：系统误将您登记为代理商，每月自动扣{money}，如需取消请下载会议软件共享屏幕',
      '您好这边是退款专员，货款已原路退回失败，需要您提供验证码重新处理',
      '官方通知：征信记录异常，影响您的贷款额度，请联系{wx}消除记录',
      '在线客服，处理订单、退款、解封，请直接私信，24小时在线',
    ],
    en: [
      'Hello, this is Customer Support. Your order for {goods} failed, we will refund you three times. Verify at {site}',
      'Official Help Desk: unusual sign-in on your account. Confirm within 24h at {site} or it will be locked.',
      'Dear customer, your parcel was lost. To claim {money} please send your order no. and the code we texted you.',
      'This is the refund department. You have been charged {money} by mistake. Install the meeting app and share your screen so we can cancel it.',
      'Account recovery specialist ✅ disabled, hacked, locked? Inbox me or {wx}',
      'Support team here. We need the 6-digit code to finish your refund of {money}.',
    ],
  },
  romance: {
    zh: [
      '单身，喜欢旅行和健身，想找个聊得来的人慢慢了解☀️',
      '缘分让我们相遇，我在做外贸，平时也研究一点黄金和数字货币，闲了带你看看',
      '不好意思加错人了，不过也是缘分，你是哪里人呀？',
      '我叔叔是做数据分析的，他有内部行情，我每天跟着操作{daily}很稳，你要不要先小额试试',
      '离异带娃，生活不易但一直乐观，希望遇到一个懂我的人',
      '今天又赚了{money}，请自己吃顿好的，你要是跟我一起做就好了，宝贝',
      '在海外做工程师，下个月回国，想跟你有个家，先帮我收个包裹好吗',
      '亲爱的我们的未来需要一起努力，你先充{money}，我这边再给你补{money}，平台有活动',
    ],
    en: [
      'Hi dear, is this Linda? Oh sorry wrong number 😅 but you seem nice, where are you from?',
      'Widowed, one daughter, love hiking and good wine. Looking for someone honest to share life with ❤️',
      'My uncle taught me how to trade gold on short-term nodes. I made {money} over lunch, I can show you, only small amount first',
      'I work on an oil rig so signal is bad. My package with gifts is stuck in customs, can you pay {money} and I pay you back?',
      'Fate brought us here. I do crypto on the side, {daily} a day, very stable. Let me guide you, honey',
      'Good morning my love, did you top up the account yet? the event ends tonight, I will add {money} for you',
      'Just moved to the city, looking for new friends to try restaurants with 🍷 add my {wx}',
    ],
  },
  giveaway: {
    zh: [
      '恭喜您被抽中为本期幸运用户，奖品{goods}一份，只需支付邮费{money}元，领取 {site}',
      '周年庆送福利，转发本条到3个群，截图私信领{money}元红包',
      '白嫖{game}！扫码进群免费领，前100名再送{money}',
      '官方活动：消费满返，老用户回馈{goods}，库存不多先到先得 {site}',
      '粉丝福利，免费送{goods}，加{wx}报暗号666',
      '我是主播助理，今天抽10位粉丝送{goods}，中奖的宝宝先交{money}保证金，收货退还',
      '充100送100，内部渠道{game}低价，先到先得，{wx}',
    ],
    en: [
      'CONGRATS 🎉 you are one of 10 winners of {goods}! Pay only {money} shipping, claim here {site}',
      'Anniversary giveaway: share to 3 groups, send screenshot, get a {money} gift card',
      'FREE {game}!! first 100 people only, link in bio {site}',
      'I am giving back to the community. Send {money}, receive double. Ends tonight.',
      'You were selected by our random draw. Confirm your card at {site} to receive {goods}',
      'Streamer assistant here, you won! Small deposit {money} and we ship, refundable on delivery',
    ],
  },
  loan: {
    zh: [
      '无抵押贷款，凭身份证当天放款，额度3-30万，黑户可做，{wx}',
      '急用钱找我，秒批秒到账，不看征信，先交{money}工本费',
      '您的贷款已审批通过20万，因银行卡号填写有误被冻结，需缴纳{money}解冻金',
      '网贷协商、征信修复、停息挂账，专业团队，不成功不收费{wx}',
      '低息过桥，利息低至三厘，正规公司，可上门，回复1了解',
      '学生也能贷，花呗白条套现，秒回款，手续费{money}起',
      '收银行卡、电话卡，长期合作，一套{money}，日结，安全稳定',
    ],
    en: [
      'Instant loan approval, no credit check, up to 50k. Apply at {site} or {wx}',
      'Need cash today? Blacklisted ok. Processing fee {money} only, money in 10 minutes',
      'Your loan is approved but your account number was wrong, pay {money} to unfreeze the funds',
      'Credit repair, remove bad records, 100% success. {wx}',
      'We rent bank accounts, {daily} a day, safe and long-term. DM only',
      'Low interest personal loan, licensed, same day, no guarantor, text LOAN',
    ],
  },
}

/** Mass advertising: unwanted, but nobody is deceived about being advertised to. */
export const SPAM_SCRIPTS: { zh: readonly string[]; en: readonly string[] } = {
  zh: [
    '专业代开发{goods}代理，一手货源，支持一件代发，{wx}',
    '涨粉、点赞、播放量，24小时自助下单，最低价 {site}',
    '高仿{goods}，专柜品质，支持验货，加{wx}看图册',
    '祖传减肥茶，一个月瘦20斤，无效退款，{wx}',
    '棋牌新版上线，注册送{money}，提现秒到 {site}',
    '同城交友，真实可靠，附近的人都在玩，进 {site}',
    '代写论文、代查重，包过，老客户九折，{wx}',
    '电影票5折，话费95折，加群领券 {site}',
    '新楼盘开盘，首付{money}起，看房专车接送，咨询{wx}',
    '办证刻章，快速可靠，当天可取，{wx}',
    '微商大促，面膜买三送三，招代理，零门槛，{wx}',
    '彩票计划群，资深导师带队，跟上车稳赚，{wx}',
    '成人英语零基础，免费试听一节课，点击 {site} 预约',
    '影视会员永久{money}元，全网资源，自动发货 {site}',
  ],
  en: [
    'Cheap followers, likes and views, instant delivery, best price at {site}',
    'Replica {goods}, mirror quality, worldwide shipping, catalogue at {site}',
    'Lose 20 lbs in a month with this tea, results guaranteed 👉 {site}',
    'Join the casino, {money} welcome bonus, no deposit needed {site}',
    'Essay writing, dissertations, plagiarism free, 24/7. {wx}',
    'Hot singles near you 🔥 join free {site}',
    'Lifetime streaming account {money}, 4k, all channels, auto delivery {site}',
    'Promote your page with us, 50k real audience, packages from {money}. {wx}',
    'Best crypto signals group, 90% accuracy, join now {wx}',
    'Wholesale {goods}, factory price, MOQ 1, catalog on {site}',
    'SEO backlinks, first page in 30 days, from {money}. {site}',
    'Buy 2 get 3 free, today only, free shipping on all orders {site}',
  ],
}

/** Marketing teams: honest companies whose staff all write nearly the same. */
export const MARKETING_SCRIPTS: { zh: readonly string[]; en: readonly string[] } = {
  zh: [
    '【{brand}】官方顾问｜新品上市，到店试用有礼，欢迎预约',
    '{brand}本地区域销售，周一到周六9:00-18:00在线，有问题随时问我',
    '{brand}会员顾问，满{money}减30，门店地址看主页',
    '{brand}课程顾问，免费试听可约，认真回复每一条消息',
    '{brand}售后支持，工作日在线，请先留言订单号',
  ],
  en: [
    '{brand} official rep | new season in store, book a free fitting',
    'Sales at {brand}. Mon-Sat 9-6. Ask me anything about plans and prices',
    '{brand} member advisor, {money} off first order, shop link on our page',
    '{brand} tutor team, free trial lesson, happy to answer questions',
  ],
}

export const BRANDS = [
  '青禾优选',
  '木星健身',
  '小满茶铺',
  '北岸家居',
  '星澜教育',
  '云雀旅行',
  'Maple & Co',
  'Northlight',
  'Kite Fitness',
  'Brightway',
] as const
