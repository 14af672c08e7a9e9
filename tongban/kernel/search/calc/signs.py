"""Sounds and signs that search takes for one another: traditional characters, syllables, confusable signs."""

# Traditional characters of visitors and returning residents, and the simplified ones, in the same order.
_TRADITIONAL = (
    "護證辦會國學業車東門開關長醫藥養險區鎮鄉戶駕駛執營廠廣場產權貸稅務繳費補貼領發辭職勞動爭議結離繼過買"
    "賣轉讓遺遷臺灣簽註冊變銷記錄無檔檢驗測試資質審劃設計築裝飯館飲環聲體術師電話網絡預約號碼當現機單個獨"
    "夥認識別報異統類標準從數據庫實習際達進還選擇運輸貨輛違規罰處圖書樓層歲兒孫婦傷殘濟難絕緊應為麼嗎這裏"
    "裡邊內來對錯誤請問點樣幫畫頭幣銀錢賬帳條見風節給紅綠燈髮頁題願愛廳殺雞魚鴨豬馬鳥龍貓獸農藝協團隊歷衛"
    "衝壓縮寫屬島幾張強歸傳備優價儲僅債償倉億儀劑勵勢勝勸則創剛剝壞塊壇壽夢奪妝媽嬰寧寶專將尋導屆屜嶺幹廢"
    "彈後徑恆懷態慣憑懸戲擁擊擴擔換摟撥撲擾攝敗敵斂斷時晉暫曆曉桿構槍樂樹橋櫃歐歡氣決沒況沖洩淨減湯溝滅滿"
    "漁漢潔潤濕煙爾獎獲畢療瘋盜盡監盤礦確禮禍種稱穩窮競筆範簡籤糧級紙納純紡細終組絲經綁綜線緩編練縣總績織"
    "繞繪續羅義聖聞聯聽肅脫腦腳臉臨舉舊艙艱芻莊莖華萬葉蒼蓋薦虛蟲複覽觸訂訊討訓託訪許訴診詞該詳語說課調談"
    "論諾謝譜譯讀豐財貢貧販責貴賓賞賴賺購贈趕趙跡踐輕較載遠適郵鄰釀釋針鋪鍵鐘鐵鑑鑰閉間閱階隨靈靜頂項順須"
    "頒頓頻額顧顯飛餘鬆鬥鮮鹽麥黃齊齡藉們爺嘅係喺冇閒鋼顏鬧齒廁圍塗墳奧孿屍礎籌紹維繫聾啞腫膠蘇虧蠟製觀視"
    "親覺訟詐評詢誠誰諮謀讚負賠賽軍軟輪轄遞鈔鍋鎖閘閣陳陸陽雜雙飼飾駐騎騙麗滬櫥牆溫燒熱燙爐牽狀猶瑪甌眾碩"
    "祿積穀籃糾紀罷膚薩藍貝貿軌辯連週鋁頸飽鬍麵廟徵徹憲戰槓殯毀湊潛災犧疊癱籲綫舖艦蝦趨躍遲遼鄭鄧鈴錶閩霧"
    "韓響飄魯鴻齋獻黨員軀嬸姪嫻帥廈園圓墊壯夾奮嚴啟喪嘗嚇囑匯卻廚參凍兩軋凈俠倫偽傭傑僑儘侶並亞亂於與兇"
)
_SIMPLIFIED = (
    "护证办会国学业车东门开关长医药养险区镇乡户驾驶执营厂广场产权贷税务缴费补贴领发辞职劳动争议结离继过买"
    "卖转让遗迁台湾签注册变销记录无档检验测试资质审划设计筑装饭馆饮环声体术师电话网络预约号码当现机单个独"
    "伙认识别报异统类标准从数据库实习际达进还选择运输货辆违规罚处图书楼层岁儿孙妇伤残济难绝紧应为么吗这里"
    "里边内来对错误请问点样帮画头币银钱账账条见风节给红绿灯发页题愿爱厅杀鸡鱼鸭猪马鸟龙猫兽农艺协团队历卫"
    "冲压缩写属岛几张强归传备优价储仅债偿仓亿仪剂励势胜劝则创刚剥坏块坛寿梦夺妆妈婴宁宝专将寻导届屉岭干废"
    "弹后径恒怀态惯凭悬戏拥击扩担换搂拨扑扰摄败敌敛断时晋暂历晓杆构枪乐树桥柜欧欢气决没况冲泄净减汤沟灭满"
    "渔汉洁润湿烟尔奖获毕疗疯盗尽监盘矿确礼祸种称稳穷竞笔范简签粮级纸纳纯纺细终组丝经绑综线缓编练县总绩织"
    "绕绘续罗义圣闻联听肃脱脑脚脸临举旧舱艰刍庄茎华万叶苍盖荐虚虫复览触订讯讨训托访许诉诊词该详语说课调谈"
    "论诺谢谱译读丰财贡贫贩责贵宾赏赖赚购赠赶赵迹践轻较载远适邮邻酿释针铺键钟铁鉴钥闭间阅阶随灵静顶项顺须"
    "颁顿频额顾显飞余松斗鲜盐麦黄齐龄籍们爷的是在无闲钢颜闹齿厕围涂坟奥孪尸础筹绍维系聋哑肿胶苏亏蜡制观视"
    "亲觉讼诈评询诚谁咨谋赞负赔赛军软轮辖递钞锅锁闸阁陈陆阳杂双饲饰驻骑骗丽沪橱墙温烧热烫炉牵状犹玛瓯众硕"
    "禄积谷篮纠纪罢肤萨蓝贝贸轨辩连周铝颈饱胡面庙征彻宪战杠殡毁凑潜灾牺叠瘫吁线铺舰虾趋跃迟辽郑邓铃表闽雾"
    "韩响飘鲁鸿斋献党员躯婶侄娴帅厦园圆垫壮夹奋严启丧尝吓嘱汇却厨参冻两轧净侠伦伪佣杰侨尽侣并亚乱于与凶"
)
SIMPLIFY = str.maketrans(_TRADITIONAL, _SIMPLIFIED)

# Signs that look or sound alike and are often written for one another: each class by its first sign.
_ALIKE = (
    "簿薄博",
    "籍藉",
    "账帐胀",
    "证正征症",
    "贴帖",
    "缴激邀",
    "拨拔",
    "卷券",
    "侯候",
    "赔陪倍",
    "末未",
    "己已",
    "住往注",
    "捐损",
    "计记",
    "驾架",
    "津律",
    "残线",
    "厂广",
    "建健键",
    "型形",
    "迁签千",
    "检捡",
    "象像",
    "复覆",
    "营赢",
    "登灯",
    "低底抵",
    "副付",
    "食实",
    "辩辨辫",
)
ALIKE = str.maketrans({sign: one[0] for one in _ALIKE for sign in one[1:]})

_SYLLABLES = (
    "a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao "
    "ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui "
    "chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei deng di dia dian diao die ding "
    "diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fiao fo fou fu ga gai gan "
    "gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen "
    "heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju "
    "juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai "
    "lan lang lao le lei len leng li lia lian liang liao lie lin ling liu long lou lu luan lun luo lv "
    "lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao "
    "ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa pai pan "
    "pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong "
    "qiu qu quan que qun ran rang rao re ren reng ri rong rou ru ruan rui run ruo sa sai san sang sao se "
    "sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui "
    "shun shuo si song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting "
    "tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing "
    "xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan "
    "zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai "
    "zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo "
)
SYLLABLES = frozenset(_SYLLABLES.split())
