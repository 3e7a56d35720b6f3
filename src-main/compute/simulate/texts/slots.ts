import type { Rng } from '../rng.ts'

/** Words that templates ask for as {name}. Handles are masked and addresses end in .example: nobody owns them. */
export type Slots = Record<string, readonly string[]>

export const ZH_SLOTS: Slots = {
  money: ['68', '99', '128', '188', '200', '300', '388', '500', '688', '800', '1200', '1500', '2000', '3000'],
  loss: [
    '158',
    '199',
    '350',
    '600',
    '980',
    '1280',
    '2000',
    '3600',
    '4800',
    '8000',
    '1万2',
    '2万多',
    '三万',
    '五千多',
    '小两千',
  ],
  daily: ['100-300', '150~500', '200-400', '80-200', '300+', '500左右'],
  wx: [
    'vx：k**2088',
    '薇：zz**66',
    'V：ya***08',
    '徽信 hh**520',
    'wx mm***7',
    '➕V：ll**99',
    'QQ 29****81',
    '扣扣 31****07',
  ],
  goods: [
    '手机壳',
    '面膜',
    '二手平板',
    '演唱会门票',
    '球鞋',
    '显卡',
    '游戏账号',
    '耳机',
    '奶粉',
    '羽绒服',
    '相机',
    '点卡',
  ],
  time: [
    '昨天晚上',
    '今天早上',
    '上周',
    '前天',
    '半小时前',
    '大半夜两点多',
    '这几天',
    '中午吃饭的时候',
    '刚刚',
    '周末',
  ],
  who: ['这个人', '这号', '此人', 'ta', '对方', '这个账号', '这货', '该用户'],
  app: ['群里', '评论区', '私信', '校友群', '业主群', '拼车群', '二手群', '宝妈群', '粉丝群'],
  person: ['我妈', '我室友', '我对象', '我同事', '我表弟', '我奶奶', '我闺蜜', '我爸', '我们班一个同学'],
  game: ['游戏皮肤', '代练', '首充号', '点券'],
  site: ['yh-vip.example', 'lingjiang.example', 'kefu-520.example', 'm.fuli.example', 'zhuli.example'],
}

export const EN_SLOTS: Slots = {
  money: ['$20', '$35', '$50', '$80', '$120', '$200', '$300', '500 bucks', 'RM150', 'S$60', '$1k'],
  loss: [
    '$45',
    '$90',
    '$150',
    '$400',
    '$650',
    '$1,200',
    '$2,300',
    'RM800',
    'S$500',
    'HK$3,000',
    'almost 2k',
    'my whole paycheck',
  ],
  daily: ['$50-$150', '$80 to $200', '$100+', 'RM200', '$300'],
  wx: ['TG @vip***88', 'telegram @ea**work', 'WA +1 (***) ***-0133', 'line id: sun***7', 'wechat k**2088'],
  goods: [
    'a phone case',
    'concert tickets',
    'sneakers',
    'a used iPad',
    'a graphics card',
    'headphones',
    'a gift card',
    'a stroller',
    'game coins',
  ],
  time: [
    'last night',
    'this morning',
    'yesterday',
    'a week ago',
    'at 3am',
    'twice today',
    'over the weekend',
    'an hour ago',
    'just now',
  ],
  who: ['this account', 'this person', 'this guy', 'this user', 'they', 'whoever runs this'],
  app: [
    'my DMs',
    'the group chat',
    'the comments',
    'our alumni group',
    'the marketplace group',
    'the carpool group',
  ],
  person: ['my mom', 'my roommate', 'my dad', 'a coworker', 'my little brother', 'my grandma', 'my friend'],
  game: ['skins', 'boosting', 'coins', 'an account'],
  site: [
    'vip-claim.example',
    'prize-now.example',
    'secure-help.example',
    'fastloan.example',
    'task-pay.example',
  ],
}

/** Fills every {slot} with a word; a slot without words is left as it stands. */
export function fill(template: string, slots: Slots, rng: Rng): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const words = slots[name]
    return words === undefined ? whole : rng.pick(words)
  })
}
