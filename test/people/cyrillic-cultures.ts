import { culture } from './culture.js';

/**
 * Common names of countries that write Cyrillic. First the spelling of today's passports (Russia: ICAO Doc 9303; Ukraine:
 * resolution 55 of 2010; Bulgaria: the Transliteration Act of 2009), then spellings of older passports and of newspapers.
 */
export const CYRILLIC_CULTURES = [
  culture({
    name: 'Russian',
    nationality: 'RUS',
    male: 'Сергей=Sergei/Sergey~Seryozha, Алексей=Aleksei/Alexey/Alexei~Alyosha, Дмитрий=Dmitrii/Dmitry/Dmitriy~Dima, Юрий=Iurii/Yuri/Yury/Yuriy, Евгений=Evgenii/Evgeny/Yevgeny~Zhenya, Александр=Aleksandr/Alexander~Sasha, Михаил=Mikhail/Mihail~Misha, Андрей=Andrei/Andrey, Николай=Nikolai/Nikolay~Kolya, Илья=Ilia/Ilya, Фёдор=Fedor/Fyodor, Пётр=Petr/Pyotr, Владимир=Vladimir~Volodya~Vova, Максим=Maksim/Maxim~Max, Роман=Roman, Иван=Ivan~Vanya, Артём=Artem/Artyom, Даниил=Daniil, Данила=Danila',
    female:
      'Юлия=Iuliia/Yulia/Julia/Yuliya, Наталья=Natalia/Natalya~Natasha, Екатерина=Ekaterina/Yekaterina~Katya, Татьяна=Tatiana/Tatyana~Tanya, Мария=Mariia/Maria/Mariya~Masha, Анастасия=Anastasiia/Anastasia/Anastasiya~Nastya, Ольга=Olga~Olya, Ксения=Kseniia/Ksenia/Xenia~Ksyusha, Елена=Elena/Yelena~Lena, Анна=Anna~Anya, Ирина=Irina~Ira, Светлана=Svetlana~Sveta, Людмила=Liudmila/Lyudmila~Lyuda, Софья=Sofia/Sofya~Sonya, Дарья=Daria/Darya~Dasha, Марина=Marina, Арина=Arina',
    families:
      'Иванов=Ivanov, Смирнов=Smirnov, Кузнецов=Kuznetsov, Попов=Popov, Васильев=Vasilev/Vasiliev/Vasilyev, Петров=Petrov, Соколов=Sokolov, Михайлов=Mikhailov/Mikhaylov, Новиков=Novikov, Фёдоров=Fedorov/Fyodorov, Морозов=Morozov, Волков=Volkov, Алексеев=Alekseev/Alexeev/Alekseyev, Лебедев=Lebedev, Семёнов=Semenov/Semyonov, Хрущёв=Khrushchev/Khrushchyov, Щербаков=Shcherbakov/Scherbakov, Чайковский=Chaikovskii/Tchaikovsky/Chaykovsky, Юрьев=Iurev/Yuriev/Yuryev, Яковлев=Iakovlev/Yakovlev, Цветков=Tsvetkov, Жуков=Zhukov, Ильин=Ilin/Ilyin, Зайцев=Zaitsev/Zaytsev',
    femaleFamilies:
      'Иванова=Ivanova, Смирнова=Smirnova, Кузнецова=Kuznetsova, Попова=Popova, Васильева=Vasileva/Vasilieva/Vasilyeva, Петрова=Petrova, Соколова=Sokolova, Михайлова=Mikhailova/Mikhaylova, Новикова=Novikova, Фёдорова=Fedorova/Fyodorova, Морозова=Morozova, Волкова=Volkova, Алексеева=Alekseeva/Alexeeva/Alekseyeva, Лебедева=Lebedeva, Семёнова=Semenova/Semyonova, Хрущёва=Khrushcheva/Khrushchyova, Щербакова=Shcherbakova/Scherbakova, Чайковская=Chaikovskaia/Tchaikovskaya/Chaykovskaya, Юрьева=Iureva/Yurieva/Yuryeva, Яковлева=Iakovleva/Yakovleva, Цветкова=Tsvetkova, Жукова=Zhukova, Ильина=Ilina/Ilyina, Зайцева=Zaitseva/Zaytseva',
  }),
  culture({
    name: 'Ukrainian',
    nationality: 'UKR',
    male: "Олександр=Oleksandr/Olexandr~Sashko, Сергій=Serhii/Sergiy/Serhiy, Андрій=Andrii/Andriy, Юрій=Yurii/Yuriy, Дмитро=Dmytro/Dmitro~Dima, Олексій=Oleksii/Oleksiy, Євген=Yevhen/Evgen, Григорій=Hryhorii/Grygoriy/Hryhoriy, Ігор=Ihor/Igor, Володимир=Volodymyr~Vova, Микола=Mykola, Михайло=Mykhailo/Mykhaylo, В'ячеслав=Viacheslav/Vyacheslav, Ярослав=Yaroslav/Iaroslav, Тарас=Taras, Богдан=Bohdan/Bogdan",
    female:
      'Юлія=Yuliia/Yulia, Наталія=Nataliia/Natalia~Natasha, Катерина=Kateryna/Katerina~Katia, Тетяна=Tetiana/Tetyana~Tania, Марія=Mariia/Maria, Ольга=Olha/Olga, Ірина=Iryna/Irina, Олена=Olena, Оксана=Oksana/Oxana, Галина=Halyna/Galyna, Людмила=Liudmyla/Lyudmyla, Ганна=Hanna/Ganna, Ярина=Yaryna/Iaryna, Софія=Sofiia/Sofia',
    families:
      'Шевченко=Shevchenko, Коваленко=Kovalenko, Бондаренко=Bondarenko, Ткаченко=Tkachenko, Кравченко=Kravchenko, Олійник=Oliinyk/Oliynyk, Гончаренко=Honcharenko/Goncharenko, Григоренко=Hryhorenko/Grygorenko, Щербак=Shcherbak/Scherbak, Хоменко=Khomenko, Харченко=Kharchenko, Яценко=Yatsenko/Iatsenko, Юрченко=Yurchenko/Iurchenko, Поліщук=Polishchuk, Кириленко=Kyrylenko/Kirilenko, Жук=Zhuk, Їжак=Yizhak, Левицький=Levytskyi/Levytsky/Levitskiy, Марчук=Marchuk, Савчук=Savchuk, Кравчук=Kravchuk',
  }),
  culture({
    name: 'Bulgarian',
    nationality: 'BGR',
    male: 'Георги=Georgi/Gueorgui~Gosho, Иван=Ivan~Vanyo, Димитър=Dimitar/Dimitur~Mitko, Николай=Nikolay/Nikolai~Niki, Петър=Petar/Peter~Pesho, Христо=Hristo/Christo, Йордан=Yordan/Jordan, Стоян=Stoyan/Stoian, Васил=Vasil, Тодор=Todor, Светослав=Svetoslav, Цветан=Tsvetan/Cvetan, Ангел=Angel',
    female:
      'Мария=Maria/Mariya~Mimi, Иванка=Ivanka, Елена=Elena~Eli, Йорданка=Yordanka/Jordanka, Пенка=Penka, Росица=Rositsa/Rosica, Цветелина=Tsvetelina/Cvetelina, Юлия=Yulia/Julia/Iuliya, Гергана=Gergana, Десислава=Desislava~Desi, Надежда=Nadezhda/Nadejda, Ваня=Vanya/Vania, Калина=Kalina',
    families:
      'Иванов=Ivanov, Георгиев=Georgiev/Gueorguiev, Димитров=Dimitrov, Петров=Petrov, Николов=Nikolov, Христов=Hristov/Christov, Стоянов=Stoyanov/Stoianov, Тодоров=Todorov, Илиев=Iliev, Ангелов=Angelov, Желев=Zhelev/Jelev, Щерев=Shterev/Chterev, Цонев=Tsonev/Conev, Янков=Yankov/Iankov, Първанов=Parvanov/Purvanov, Атанасов=Atanasov',
    femaleFamilies:
      'Иванова=Ivanova, Георгиева=Georgieva/Gueorguieva, Димитрова=Dimitrova, Петрова=Petrova, Николова=Nikolova, Христова=Hristova/Christova, Стоянова=Stoyanova/Stoianova, Тодорова=Todorova, Илиева=Ilieva, Ангелова=Angelova, Желева=Zheleva/Jeleva, Щерева=Shtereva/Chtereva, Цонева=Tsoneva/Coneva, Янкова=Yankova/Iankova, Първанова=Parvanova/Purvanova, Атанасова=Atanasova',
  }),
  culture({
    name: 'Serbian',
    nationality: 'SRB',
    male: 'Милош=Miloš/Milos, Душан=Dušan/Dusan, Ђорђе=Đorđe/Djordje, Живко=Živko/Zivko, Никола=Nikola, Петар=Petar, Горан=Goran, Зоран=Zoran, Драган=Dragan, Бранко=Branko, Вук=Vuk, Лука=Luka, Ђура=Đura/Djura',
    female:
      'Јелена=Jelena, Милица=Milica, Ана=Ana, Марија=Marija, Јована=Jovana, Драгана=Dragana, Снежана=Snežana/Snezana, Љиљана=Ljiljana, Наташа=Nataša/Natasa, Тијана=Tijana, Тања=Tanja, Анђела=Anđela/Andjela',
    families:
      'Јовановић=Jovanović/Jovanovic, Петровић=Petrović/Petrovic, Николић=Nikolić/Nikolic, Марковић=Marković/Markovic, Ђорђевић=Đorđević/Djordjevic, Стојановић=Stojanović/Stojanovic, Илић=Ilić/Ilic, Станковић=Stanković/Stankovic, Живковић=Živković/Zivkovic, Хаџић=Hadžić/Hadzic, Шарић=Šarić/Saric, Чолић=Čolić/Colic, Жарић=Žarić/Zaric, Џамић=Džamić/Dzamic, Гајић=Gajić/Gajic',
  }),
];
