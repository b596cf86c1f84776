import { culture } from './culture.js';

/** Common names of the other countries, in Latin letters as their passports print them. */
export const OTHER_CULTURES = [
  culture({
    name: 'Turkish',
    nationality: 'TUR',
    secondGivenName: 0.3,
    male: 'Mehmet, Mustafa, Ahmet, Ali, Hüseyin, Hasan, İbrahim~İbo, İsmail, Osman, Yusuf, Murat, Ömer, Ramazan, Halil, Süleyman, Gökhan, Çağlar, Şükrü, Uğur, Serkan, Serhan, Orhan, Erkan, Emre',
    female:
      'Fatma, Ayşe, Emine, Hatice, Zeynep, Elif, Meryem, Şerife, Zehra, Sultan, Hanife, Merve, Özlem, Gülşen, Gülten, İpek, Çiğdem, Aysel, Aysen, Nuray, Tuğba',
    families:
      'Yılmaz, Kaya, Demir, Şahin, Çelik, Yıldız, Yıldırım, Öztürk, Aydın, Özdemir, Arslan, Aslan, Doğan, Kılıç, Çetin, Kara, Koç, Kurt, Özkan, Şimşek, Polat, Güneş, Güler, Erdoğan, Işık',
  }),
  culture({
    name: 'Azerbaijani',
    nationality: 'AZE',
    male: 'Əli/Ali/Eli, Rəşad/Rashad/Reshad, Məmməd/Mammad/Memmed, Əhməd/Ahmad/Ehmed, Elçin/Elchin, Vüqar/Vugar, Ramil, Kamran, Həsən/Hasan/Hesen, Hüseyn/Huseyn, Murad, Nicat/Nijat, Cavid/Javid, Fərid/Farid/Ferid, Emin, Anar',
    female:
      'Gülnarə/Gulnara, Aysel, Leyla, Nigar, Günel/Gunel, Aynur, Səbinə/Sabina, Fidan, Könül/Konul, Nərmin/Narmin, Ülviyyə/Ulviyya, Sevinc/Sevinj, Lalə/Lala, Arzu, Xədicə/Khadija',
    families:
      'Əliyev/Aliyev/Aliev/Eliyev, Məmmədov/Mammadov/Mamedov, Hüseynov/Huseynov/Guseinov, Həsənov/Hasanov/Gasanov, Quliyev/Guliyev, İsmayılov/Ismayilov, Əhmədov/Ahmadov/Akhmedov, Rəhimov/Rahimov, Babayev, Abdullayev, Cəfərov/Jafarov, Kərimov/Karimov, Bağırov/Bagirov, Səfərov/Safarov',
    femaleFamilies:
      'Əliyeva/Aliyeva/Alieva/Eliyeva, Məmmədova/Mammadova/Mamedova, Hüseynova/Huseynova, Həsənova/Hasanova, Quliyeva/Guliyeva, İsmayılova/Ismayilova, Əhmədova/Ahmadova, Rəhimova/Rahimova, Babayeva, Abdullayeva, Cəfərova/Jafarova, Kərimova/Karimova, Bağırova/Bagirova, Səfərova/Safarova',
  }),
  culture({
    name: 'Vietnamese',
    nationality: 'VNM',
    secondGivenName: 0.9,
    familyFirst: true,
    male: 'Văn Anh, Minh, Hùng, Dũng, Tuấn, Quang, Đức, Thành, Thanh, Hải, Long, Nam, Phúc, Sơn, Trung, Việt, Hoàng, Huy',
    female:
      'Thị Ánh, Thị Hương, Lan, Linh, Mai, Ngọc, Phương, Thảo, Trang, Thủy, Thúy, Hạnh, Hằng, Yến, Đào, Loan, Vi, Tường Vi',
    families: 'Nguyễn, Trần, Lê, Phạm, Huỳnh, Hoàng, Phan, Vũ, Võ, Đặng, Bùi, Đỗ, Hồ, Ngô, Dương, Lý, Đinh, Đoàn',
  }),
  culture({
    name: 'Chinese',
    nationality: 'CHN',
    familyFirst: true,
    male: 'Wei, Jun, Lei, Yang, Qiang, Jie, Tao, Chao, Ming, Xiaoming, Jianguo, Jianjun, Zhiqiang, Haoran, Yuxuan, Zixuan, Bo, Peng, Hao, Bin, Feng, Hui',
    female:
      'Fang, Na, Min, Jing, Li, Yan, Xiuying, Xiumei, Guiying, Meiling, Xiaohong, Yuting, Yating, Zihan, Xinyi, Xueyi, Mei, Ling, Lin, Xia, Hong, Hua',
    families:
      'Wang, Li, Zhang, Liu, Chen, Yang, Huang, Zhao, Wu, Zhou, Xu, Sun, Ma, Zhu, Hu, Guo, He, Gao, Lin, Luo, Zheng, Liang, Song, Tang, Ouyang, Zang, Cheng, Zeng',
  }),
  culture({
    name: 'Korean',
    nationality: 'KOR',
    familyFirst: true,
    male: 'Min Jun, Seo Jun, Do Yun, Ji Ho, Jun Seo, Hyun Woo, Sung Min, Sang Hoon, Jung Ho, Young Ho, Dong Hyun, Jae Hyun, Ji Hoon, Seung Hyun, Sung Ho, Min Ho',
    female:
      'Seo Yeon, Ji Woo, Ha Eun, Min Seo, Soo Jin, Ji Hye, Mi Kyung, Eun Jung, Hye Jin, Young Hee, Sun Hee, Ji Yeon, Ji Eun, Su Bin, Yu Jin, Eun Ji',
    families:
      'Kim, Lee, Park, Choi, Jung, Kang, Cho, Yoon, Jang, Lim, Han, Oh, Seo, Shin, Kwon, Hwang, Ahn, Song, Ryu, Hong, Yang, Bae, Baek',
  }),
  culture({
    name: 'Indian',
    nationality: 'IND',
    secondGivenName: 0.35,
    male: 'Rajesh~Raju, Amit, Ajit, Sanjay, Sanjeev, Rahul, Rohit, Vijay, Ajay, Suresh, Ramesh, Mahesh, Naresh, Arjun, Vikram, Anil, Sunil, Manoj, Deepak, Dilip, Harish, Girish',
    female:
      'Priya, Pooja, Anita, Sunita, Kavita, Savita, Lakshmi, Meena, Neha, Nisha, Asha, Usha, Rekha, Deepa, Divya, Anjali, Sneha, Geeta, Seema, Reema, Shanti, Kamala',
    families:
      'Sharma, Verma, Gupta, Singh, Kumar, Patel, Shah, Mehta, Reddy, Rao, Iyer, Nair, Menon, Das, Bose, Ghosh, Mukherjee, Chatterjee, Banerjee, Joshi, Desai, Kulkarni, Deshpande, Naidu, Pillai',
  }),
  culture({
    name: 'Tamil',
    nationality: 'LKA',
    pattern: 'parent_name',
    male: 'Murugan, Karthik, Senthil, Saravanan, Ganesan, Rajan, Raman, Mohan, Selvam, Kannan, Sivakumar, Sundaram, Venkatesan, Balasubramaniam, Chandrasekaran, Krishnan',
    female: 'Kamala, Lakshmi, Meenakshi, Saraswathi, Revathi, Malathi, Vasanthi, Jayanthi, Shanthi, Devi, Priya, Radha',
    families:
      'Murugan, Karthikeyan, Senthilkumar, Saravanan, Ganesan, Rajan, Ramanathan, Mohan, Selvaraj, Kannan, Sivakumar, Sundaram, Venkatesan, Balasubramaniam, Chandrasekaran, Krishnamoorthy',
  }),
  culture({
    name: 'Indonesian',
    nationality: 'IDN',
    pattern: 'mononym',
    male: 'Suharto, Sukarno, Sutrisno, Budiman, Suparman, Slamet, Sugeng, Bambang, Agus, Darmawan, Wahyudi, Supriyadi, Sumarno, Sunarto, Suharno, Kusnadi, Mulyadi, Mulyono',
    female:
      'Suharti, Sutinah, Sumiati, Sulastri, Wulandari, Kartini, Sri, Dewi, Lestari, Suparmi, Sunarti, Sumarni, Nurhayati, Nuraini, Ratnawati',
    families: '-',
  }),
  culture({
    name: 'Arab',
    nationality: 'EGY',
    pattern: 'middle_name',
    secondGivenName: 1,
    male: 'محمد=Mohamed/Muhammad/Mohammed/Mohammad, أحمد=Ahmed/Ahmad, علي=Ali/Aly, حسن=Hassan/Hasan, حسين=Hussein/Husayn/Hussain/Hosain, إبراهيم=Ibrahim/Ebrahim, خالد=Khaled/Khalid, يوسف=Youssef/Yousef/Yusuf, عمر=Omar/Umar, سعيد=Said/Saeed, كريم=Karim/Kareem, سالم=Salem/Salim, سليم=Selim/Saleem, طارق=Tarek/Tariq/Tareq, مصطفى=Mostafa/Mustafa, سمير=Samir/Sameer, جمال=Gamal/Jamal, صالح=Saleh/Salih',
    female:
      'فاطمة=Fatma/Fatima/Fatimah, عائشة=Aisha/Aysha/Aicha, مريم=Mariam/Maryam, زينب=Zeinab/Zaynab/Zainab, خديجة=Khadija/Khadijah, سارة=Sara/Sarah, ليلى=Laila/Layla/Leila, أمينة=Amina/Aminah, سميرة=Samira/Sameera, كريمة=Karima/Kareema, نادية=Nadia/Nadya, هدى=Hoda/Huda, نور=Nour/Noor/Nur, سعاد=Soad/Suad',
    families:
      'الهاشمي=Elhashemy/Al-Hashimi/Alhashimi, المصري=Elmasry/Al-Masri/Almasri, حسين=Hussein/Husayn/Hussain, عبد الرحمن=Abdelrahman/Abdul Rahman/Abd al-Rahman, عبد الله=Abdallah/Abdullah, السيد=Elsayed/Al-Sayyid/El Sayed, الحداد=Elhaddad/Al-Haddad/Alhaddad, خليل=Khalil/Khaleel, منصور=Mansour/Mansur/Mansoor, النجار=Elnaggar/Al-Najjar/Alnajjar, سليمان=Soliman/Sulaiman/Suleiman, الخطيب=Elkhatib/Al-Khatib/Alkhateeb, عثمان=Osman/Uthman/Othman, فاروق=Farouk/Faruq/Farooq, شريف=Sherif/Sharif/Shareef',
  }),
  culture({
    name: 'Persian',
    nationality: 'IRN',
    male: 'محمد=Mohammad/Muhammad/Mohamad, رضا=Reza/Riza, حسین=Hossein/Hussein/Hosein, علی=Ali, امیر=Amir/Ameer, مهدی=Mehdi/Mahdi, بهرام=Bahram, داریوش=Dariush/Daryush, سعید=Saeed/Said/Saeid, فرهاد=Farhad, جواد=Javad/Jawad, کامران=Kamran',
    female:
      'فاطمه=Fatemeh/Fatima, زهرا=Zahra, مریم=Maryam/Mariam, شیرین=Shirin/Shireen, نسرین=Nasrin/Nasreen, پروین=Parvin/Parveen, لیلا=Leila/Leyla, نرگس=Narges/Nargess, مینا=Mina, سارا=Sara/Sarah',
    families:
      'احمدی=Ahmadi/Ahmady, حسینی=Hosseini/Husseini/Hoseini, محمدی=Mohammadi/Mohamadi, رضایی=Rezaei/Rezai/Rezaie, کریمی=Karimi, موسوی=Mousavi/Moosavi/Musavi, جعفری=Jafari/Jaafari, نوری=Nouri/Noori/Nuri, تهرانی=Tehrani, صادقی=Sadeghi/Sadeqi, هاشمی=Hashemi/Hashimi, یوسفی=Yousefi/Yusefi',
  }),
];
