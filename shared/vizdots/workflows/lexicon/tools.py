"""Tools: well-known products by what they are for, what kinds of tools are called, and other spellings.

From general knowledge only, without a look at any labelled telling.
"""

from typing import Final

TOOLS: Final = """
    spreadsheet: excel, google sheets, gsheets, libreoffice calc, numbers, airtable, apple numbers, onlyoffice
    spreadsheet: openoffice calc, wps spreadsheets, grist, baserow, nocodb
    text: word, google docs, gdocs, libreoffice writer, pages, openoffice writer, libreoffice, openoffice
    text: wps office, apple pages, latex, overleaf, notepad, scribus, acrobat
    slides: powerpoint, google slides, keynote, canva, prezi, beautiful ai, slidesgo, apple keynote
    slides: libreoffice impress
    notes: onenote, notion, confluence, evernote, sharepoint, obsidian, coda, apple notes, google keep
    notes: samsung notes, slite, nuclino, tettra, bookstack, mediawiki, dokuwiki, roam, logseq, gitbook, document360
    notes: bloomfire
    erp: sap, oracle, netsuite, dynamics, odoo, sage, infor, epicor, navision, business central, abas, proalpha
    erp: weclapp, business one, business bydesign, acumatica, ifs, syspro, deltek, unit4, workday financials
    erp: jd edwards, peoplesoft, myfactory, xentral, jtl, haufe x360, step ahead, proffix, abacus, actindo
    erp: plentymarkets, plenty, caniaserp, microtech, sage 100, sage 200, sage x3, tryton, erpnext, dolibarr, katana
    erp: mrpeasy, fishbowl, cin7, unleashed, dear inventory, brightpearl, linnworks, holded, visma, fortnox
    erp: e conomic, afas, totvs, a3erp, ramco, plex, qad
    accounting: datev, xero, quickbooks, lexware, lexoffice, sevdesk, freshbooks, sage, exact, wave, zoho books
    accounting: netsuite, pennylane, candis, freeagent, kashflow, clear books, sage 50, intacct, quickfile, myob
    accounting: zoho invoice, billomat, fastbill, debitoor, collmex, scopevisio, wiso, buhl, moss, agicap, fortnox
    accounting: e conomic, visma, yuki, moneybird, twinfield, holded, contasol, anfix, quipu, bexio, abaninja, dext
    accounting: hubdoc, autoentry, getmyinvoices, blackline, floqast, tally, freee, yayoi, money forward, kontist
    accounting: accountable, sellsy, cegid, ebp, dinero, billy, addison, taxact, turbotax, elster, taxfix, bill com
    accounting: tipalti, melio, avidxchange, basware, rillion, chargebee, recurly, invoice ninja, stampli, norriq
    payments: stripe, paypal, adyen, wise, sepa, gocardless, klarna, square, sumup, izettle, worldpay, mollie
    payments: checkout com, braintree, authorize net, payoneer, revolut, western union, venmo, zelle, apple pay
    payments: google pay, alipay, wechat pay, amazon pay, giropay, twint, bizum, pix, payu, razorpay, paytm, paddle
    payments: cash app, concardis, nexi, ingenico, verifone
    expenses: concur, expensify, spendesk, pleo, rydoo, circula, payhawk, brex, emburse, soldo, mobilexpense, yokoy
    expenses: n2f, webexpenses, zoho expense, moss, findity, divvy, abacus expense, navan, travelperk, egencia
    procurement: ariba, coupa, jaggaer, precoro, onventis, mercateo, procurify, ivalua, gep, kissflow procurement
    procurement: tradogram, precoro procurement
    crm: salesforce, hubspot, pipedrive, zoho, dynamics, close, freshsales, copper, sugarcrm, insightly, nimble
    crm: capsule, keap, bitrix24, bitrix, vtiger, suitecrm, nutshell, streak, less annoying crm, cas genesisworld
    crm: genesisworld, centralstationcrm, teamleader, efficy, superoffice, attio, freshworks, agile crm
    crm: monday sales crm, cobra crm, livespace, odoo, apollo, outreach, salesloft
    marketing: mailchimp, marketo, hubspot, brevo, sendinblue, activecampaign, klaviyo, hootsuite, buffer
    marketing: constant contact, campaign monitor, cleverreach, rapidmail, getresponse, mailerlite, convertkit
    marketing: eloqua, pardot, emarsys, braze, iterable, sendgrid, mailjet, aweber, omnisend, moosend, mailgun
    marketing: sprout social, swat io, agorapulse, loomly, sendible, planoly, meta business suite, facebook ads
    marketing: meta ads, google ads, linkedin ads, semrush, ahrefs, inxmail, optimizely, customer io, beehiiv
    marketing: substack, canva, facebook, instagram, tiktok, pinterest, twitter, youtube
    mail: outlook, gmail, google mail, thunderbird, apple mail, exchange, front, proton mail, yahoo mail, gmx
    mail: web de, zoho mail, fastmail, superhuman, hcl notes, roundcube, postbox, missive, aol, zimbra, kerio
    chat: slack, teams, google chat, whatsapp, telegram, signal, mattermost, discord, webex, rocket chat, threema
    chat: wechat, viber, messenger, imessage, zulip, flock, chanty, skype, stashcat, beekeeper, workplace
    chat: viva engage, google meet, kakaotalk, chatwork, lark, dingtalk, sipgate
    video: zoom, teams, google meet, webex, skype, whereby, gotomeeting, gotowebinar, bluejeans, jitsi
    video: bigbluebutton, facetime, ringcentral, loom, streamyard, vimeo, demodesk, teamviewer, anydesk, livestorm
    calendar: outlook, google calendar, gcal, calendly, doodle, apple calendar, ms bookings, acuity scheduling
    calendar: setmore, simplybook, youcanbook me, savvycal, cal com, teamup, doctolib, treatwell, fresha, mindbody
    calendar: booksy, timify, terminland, doctena, jameda, samedi, zocdoc, hubspot meetings, chili piper, koalendar
    calendar: google appointments
    tickets: jira, zendesk, servicenow, freshdesk, freshservice, intercom, help scout, helpscout, otrs, zammad
    tickets: linear, github issues, jira service management, zoho desk, hubspot service, hubspot service hub
    tickets: manageengine, servicedesk plus, sysaid, ivanti, cherwell, bmc remedy, topdesk, matrix42, glpi, osticket
    tickets: spiceworks, kayako, gorgias, kustomer, happyfox, hesk, freshworks, znuny, helpspot, redmine, bugzilla
    tickets: mantis, mantisbt, youtrack, halo itsm, haloitsm, halopsa, connectwise, autotask, kaseya, solarwinds
    tickets: superoffice service, salesforce service cloud, zoho assist, opsgenie, pagerduty, livechat, tidio
    tickets: userlike, dixa, trengo, deskpro, happeo, jitbit, hubspot tickets, re amaze, richpanel
    projects: asana, trello, monday, jira, clickup, basecamp, smartsheet, planner, wrike, todoist, ms project
    projects: linear, ms to do, teamwork, meistertask, notion, airtable, zoho projects, redmine, openproject, awork
    projects: stackfield, factro, wunderlist, any do, ticktick, omnifocus, workfront, celoxis, mavenlink, kantata
    projects: pivotal tracker, proofhub, podio, paymo, kanbanize, businessmap, kanbanflow, kanban tool, ganttproject
    projects: teamgantt, instagantt, zenkit, freedcamp, jira work management, azure devops, youtrack, ms lists
    projects: process street, tallyfy, pipefy, kissflow, nintex, camunda, taskade, rike
    code: github, gitlab, bitbucket, azure devops, gitea, git, svn, perforce, mercurial, codecommit, sourcetree
    code: gitkraken, visual studio, vs code, intellij, pycharm, xcode, gerrit, phabricator, beanstalk
    code: aws codecommit
    build: jenkins, github actions, circleci, argocd, teamcity, gitlab ci, travis ci, buildkite, spinnaker, octopus
    build: octopus deploy, tekton, azure devops, codepipeline, bitbucket pipelines, ansible, terraform, puppet
    build: docker, kubernetes, helm, vercel, netlify, heroku, fastlane, bitrise, codefresh, flux
    files: google drive, gdrive, dropbox, onedrive, box, sharepoint, nextcloud, sharefile, egnyte, wetransfer
    files: icloud, owncloud, pcloud, tresorit, synology, qnap, google cloud storage, amazon s3, filezilla, ftp, sftp
    files: seafile, hidrive, magentacloud, dracoon, luckycloud, swisstransfer, teamdrive, amazon drive, sync com
    files: idrive
    signature: docusign, adobe sign, hellosign, dropbox sign, pandadoc, skribble, yousign, signnow, zoho sign
    signature: eversign, xodo sign, signrequest, d trust, fp sign, inkless, signaturit, oneflow, scrive, signable
    signature: namirial, digisigner, signeasy, docuseal, docusign clm, contractbook, juro, ironclad, contracthero
    signature: top legal, fynk, signwell, penneo, evrotrust, swisscom sign, deepsign, certinal, lightico
    signature: citrix rightsignature, rightsignature
    people: workday, personio, bamboohr, bamboo hr, hibob, successfactors, rippling, gusto, adp, factorial, deel
    people: paycom, ukg, zoho people, sap hcm, oracle hcm, dayforce, paychex, paylocity, paycor, trinet, justworks
    people: breathe hr, charlie hr, people hr, sage people, sage hr, cezanne, iris hr, kenjo, hr works, rexx systems
    people: absence io, heavenhr, perbit, loga, p and i, sage hr suite, haufe, lucca, payfit, eurecia, bizneo
    people: sesame hr, woffu, endalia, remote com, papaya global, leapsome, culture amp, 15five, small improvements
    people: officevibe, timetastic, leavedates, whosoff, e days, humaans, sapling, freshteam, hr cloud
    people: softgarden people, afas hr, nmbrs, visma hr, smarthr, jobcan, king of time, employment hero, greythr
    people: keka, darwinbox, zimyo, personio time, freshservice hr, zelt, peoplesoft
    hiring: greenhouse, workable, smartrecruiters, teamtailor, recruitee, ashby, linkedin, indeed, stepstone, xing
    hiring: glassdoor, ziprecruiter, jobvite, icims, taleo, breezy hr, bamboohr ats, jazz hr, bullhorn, zoho recruit
    hiring: recruitcrm, softgarden, coveto, talention, onapply, prescreen, rexx recruitment, personio recruiting
    hiring: join, homerun, comeet, pinpoint, talentlyft, manatal, workday recruiting, concludis, d vinci
    hiring: haufe umantis, talentsoft, welcome to the jungle, infojobs, totaljobs, cv library, jobsite, naukri
    hiring: jobs ch, karriere at, hokify, catch talents, eightfold, hirevue, codility, hackerrank, testgorilla
    hiring: facebook jobs, wellfound, angellist, craigslist, arbeitsagentur
    time: toggl, harvest, clockify, kronos, clockodo, personio, tempo, time doctor, hubstaff, timely, rescuetime
    time: desktime, mite, timr, timebutler, timetac, askdante, crewmeister, zep, zmi, isgus, interflex, primion
    time: dormakaba, atoss, tisoware, gfos, kaba, datafox, quickbooks time, everhour, paymo, timecamp
    time: timesheets com, replicon, bigtime, deltek time, primaerp, shiftphone, e2n, buddy punch, jibble, papershift
    time: virtimo, saldo, digicalc, ecu time, timecard, reiner sct, ukg, dayforce, factorial time, clockin
    time: my hammer, 123erfasst
    shop: shopify, woocommerce, magento, amazon, ebay, shopware, bigcommerce, prestashop, oxid
    shop: salesforce commerce cloud, commercetools, spryker, gambio, jimdo, wix stores, squarespace commerce, etsy
    shop: seller central, kleinanzeigen, otto, kaufland, zalando, bol com, allegro, rakuten, walmart
    shop: walmart marketplace, aliexpress, alibaba, channelengine, channable, jtl, ecwid, opencart, saleor, medusa
    shop: volusion, mercadolibre, orderchamp, ankorstore, cdiscount, tiktok shop, vinted, shopee, lazada, temu
    shop: yahoo shopping
    shipping: dhl, ups, fedex, dpd, gls, shipstation, sendcloud, shippo, hermes, evri, royal mail, parcelforce
    shipping: yodel, usps, tnt, deutsche post, swiss post, osterreichische post, la poste, colissimo, chronopost
    shipping: mondial relay, correos, seur, mrw, nacex, poste italiane, brt, sda, postnl, bpost, postnord, inpost
    shipping: schenker, kuehne nagel, dachser, hellmann, rhenus, dsv, geodis, maersk, flexport, go express
    shipping: transoflex, shipcloud, shippingeasy, easyship, shipbob, parcellab, aftership, shipmondo
    shipping: click and drop, packlink, interparcel, parcel2go, letmeship, metapack, ordoro, pirate ship, stamps com
    shipping: endicia, internetmarke, sendle, australia post, canada post, purolator, yamato, sagawa, japan post
    shipping: aramex, blue dart, delhivery, cargoboard, timocom, trans eu, transporeon, wtransnet, ontrac
    shipping: postman parcel
    design: figma, photoshop, illustrator, indesign, sketch, lightroom, xd, affinity, affinity designer
    design: affinity photo, affinity publisher, gimp, inkscape, coreldraw, canva, invision, zeplin, marvel
    design: adobe express, capcut, premiere, after effects, final cut, davinci resolve, blender, procreate
    design: shutterstock, getty, getty images, unsplash, adobe stock, balsamiq, quarkxpress, creative cloud
    reports: power bi, powerbi, tableau, looker, qlik, metabase, google analytics, data studio, looker studio
    reports: superset, redash, domo, sisense, microstrategy, sap bo, sap analytics cloud, cognos, crystal reports
    reports: ssrs, jedox, zebra bi, anaplan, adaptive planning, lucanet, corporate planning, cp suite, planful, vena
    reports: matomo, etracker, mixpanel, amplitude, hotjar, databox, geckoboard, klipfolio, thoughtspot, sas, spss
    reports: jamovi, r studio, zoho analytics, targit, prophix, search console
    passwords: okta, entra, active directory, onepassword, 1password, lastpass, bitwarden, dashlane, keepass
    passwords: nordpass, passbolt, onelogin, jumpcloud, ping identity, duo security, auth0, keycloak, cyberark, ldap
    passwords: roboform, passwork, password depot, heylogin, microsoft authenticator, google authenticator, authy
    passwords: sailpoint, saviynt, google admin, google workspace admin, enpass
    banking: starmoney, banking4, windata, sfirm, multicash, profi cash, qonto, n26, holvi, kontist, fints, ebics
    banking: commerzbank, sparkasse, deutsche bank, barclays, hsbc, lloyds, natwest, santander, ubs, bnp, monzo
    banking: finom
    phone: 3cx, aircall, sipgate, placetel, ringcentral, dialpad, vonage, twilio, cloudtalk, nfon, grasshopper
    phone: justcall
    rostering: planday, when i work, connecteam, papershift, aplano, rotacloud, quinyx, staffomatic, shiftboard
    rostering: shiftplanner, findmyshift, crewmeister, skello, shyftplan, hotschedules, 7shifts, staffcloud, ordio
    rostering: e2n, gastromatic
    construction: procore, buildertrend, planradar, capmo, fieldwire, autodesk build, coconstruct, buildxact, jobber
    construction: servicetitan, housecall pro, joblogic, commusoft, tradify, servicem8, simpro, fergus, workiz
    construction: hero software, craftnote, plancraft, tooltime, openhandwerk, taifun, powerproject, orca ava
    construction: nevaris, california pro, sitedrive, powered now, bigchange, kickserv, servicemax
    construction: field service lightning, mfr, praxedo, synchroteam, fieldcode, coresystems, sap fsm
    maintenance: maximo, fiix, upkeep, limble, emaint, hippo cmms, maintainx, infraspeak, mp2, sap pm
    maintenance: wartungsplaner, remberg, mobility work, asset panda, fracttal
    monitoring: datadog, new relic, sentry, grafana, prometheus, nagios, zabbix, splunk, kibana, elastic, elk
    monitoring: dynatrace, checkmk, prtg, icinga, rollbar, bugsnag, cloudwatch, uptimerobot, pingdom, statuspage
    monitoring: appdynamics, logrocket, honeycomb
    testing: selenium, playwright, testrail, browserstack, postman, xray, jmeter, appium, sauce labs, testlink, qase
    testing: practitest, testmo
    dms: docuware, d velop, elo, m files, ecodms, amagno, docbox, agorum, alfresco, opentext, laserfiche, documentum
    dms: saperion, papermerge, paperless, file net, kendox, starke dms, laserfische, windream, doxis, enaio, onbase
    dms: fileee, bitfarm, pdm, zeendoc, efilecabinet, revver, hyland, box governance
    payroll: lodas, lohn und gehalt, lexware, sage payroll, adp, gusto, paychex, payfit, xero payroll
    payroll: quickbooks payroll, moneysoft, brightpay, iris payroll, star payroll, staffology, paylocity, paycor
    payroll: silae, addison lohn, agenda lohn, lohnabrechnung, edlohn, taxmaro, deel, papaya global, surepayroll
    payroll: onpay, patriot, square payroll, rippling payroll, bacs
    pos: lightspeed, vectron, gastrofix, orderbird, ready2order, toast, square, shopify, revel, touchbistro
    pos: loyverse, epos now, sumup pos, izettle, hypersoft, amadeus360, hellocash, enforepos, gastronovi, resmio
    pos: opentable, quandoo, thefork, bookatable, resy, sevenrooms, foratable, speedline, ncr, simphony, lavu
    pos: tillhub, korona, wincor, deliveroo, uber eats, just eat, lieferando, doordash, grubhub, wolt, flipdish
    pos: deliverect, foodora
    hotel: opera, protel, mews, cloudbeds, apaleo, siteminder, booking com, airbnb, expedia, hrs, guestline
    hotel: little hotelier, ibelsa, hotelkit, guesty, hostaway, smoobu, lodgify, vrbo, rms cloud, stayntouch
    hotel: roomraccoon, agoda, hotels com, sihot, casablanca, easybooking, cultswitch, d edge
    travel: navan, travelperk, egencia, amadeus, travelport, skyscanner, tripit, trivago, deutsche bahn, lufthansa
    travel: trainline, omio, uber, freenow, sixt, europcar, hertz, sap concur travel, comtravo, amex gbt, bcd travel
    travel: cwt
    property: immoware24, immobilienscout24, immowelt, rightmove, zoopla, onoffice, flowfact, propstack, appfolio
    property: buildium, yardi, realpage, entrata, propertyware, casavi, haufe powerhaus, wodis, arthur online
    property: reapit, vebra, vermieter heimat, objego, dotloop, zillow, idealista, haus manager, estateguru
    property: re leased, mri, casa one, karthago, aareon, easysquare, facilioo, matera
    health: medistar, turbomed, cgm, x isynet, medatixx, tomedo, dampsoft, solutio, z1, ivoris, linudent, dentrix
    health: eaglesoft, open dental, curve dental, exact dental, systmone, emis, epic, cerner, athenahealth, nextgen
    health: kareo, drchrono, practice fusion, simplepractice, jane, cliniko, power diary, theravat, starke praxis
    health: thera pi, theorg, buchner, imedone, doctolib pro, red medical, allscripts, eclinicalworks, vetera
    health: easyvet, ezyvet, provet, dairy live, carestack, carefree, dentally, pabau, semble, heydoc, writeupp
    health: zanda, vivendi, medifox, snap ambulant, connext vivendi, euregon
    legal: ra micro, advoware, actaport, annotext, renostar, legalvisio, j lawyer, clio, mycase, practicepanther
    legal: smokeball, filevine, imanage, netdocuments, lawmatics, kleos, winmacs, bea, datev anwalt, advolux, xnp
    legal: trinotar, notarsoftware, prolaw, actionstep, insolvenzverwaltung, westlaw, lexisnexis, beck online, juris
    insurance: guidewire, duck creek, applied epic, ams360, vertafore, acturis, open gi, ssp, assfinet, amseasy
    insurance: vias, keasy, simplr, blau direkt, finanzchef24, cce, msg life, adcubum, hawksoft, ezlynx, agencyzoom
    insurance: claimcenter, audatex, silverdat, gt motive, controlexpert, schwacke, solera
    workshop: werbas, loco soft, autoline, kerridge, cdk, shop ware, shopmonkey, mitchell, mitchell 1, tekmetric
    workshop: garage hive, google analytics, techman, autowork online, topmotive, carparts cat, tecdoc, esi tronic
    workshop: elsapro, etka, vaudis, wm se, alldata, autodata, haynes pro, kfz 3000, plusline, motex, identica
    workshop: ad rem, autosoft
    website: wordpress, typo3, joomla, drupal, wix, squarespace, webflow, contao, contentful, storyblok, strapi
    website: craft cms, hubspot cms, elementor, jimdo, weebly, godaddy, aem, sitecore, umbraco, pimcore, directus
    website: prismic, silverstripe, concrete5, ionos
    warehouse: manhattan, blue yonder, koerber, hardis, pulpo wms, logiwa, extensiv, mintsoft, peoplevox, veeqo
    warehouse: sap ewm, deposco, shiphero, zoho inventory, inflow, sortly, stocky, skuvault, sos inventory
    warehouse: finale inventory, pickware, viaeurope, prologistik, psi wms, viastore, jungheinrich wms
    warehouse: ehrhardt partner, lfs, mecalux, easy wms, snapfulfil, tradegecko, descartes, infor wms, generix
    warehouse: remira, coglas, storelogix, dynamics wms, boxtal, ongoing wms
    planning: sap apo, asprova, opcenter, hydra mes, mpdv, forcam, proxia, felios, wassermann, ganttplan, plantvisio
    planning: jobboss, e2 shop, global shop solutions, delmia, critical manufacturing, wonderware, factorytalk
    planning: simatic it, fauser, cosmino, industrie informatik, guardus, mes
    quality: babtec, caq, caq ag, iqs, minitab, qdas, mastercontrol, etq, veeva, greenlight guru, qt9, isolocity
    quality: safetyculture, gocanvas, lumiform, testo, flowdit, orgavision, roxtra, consense, viflow, intelex
    quality: effivity, qualio, trackwise, jotform inspections, checklistbank, checkproof, hygieia, flowtify
    quality: ecoonline, zenput, jolt
    cad: autocad, solidworks, inventor, fusion 360, catia, creo, siemens nx, solid edge, revit, archicad, sketchup
    cad: vectorworks, allplan, nemetschek, onshape, freecad, eplan, mastercam, bricscad, tekla, civil 3d, navisworks
    cad: palette cad, pytha
    diagrams: visio, lucidchart, draw io, miro, figjam, signavio, aris, bizagi, whimsical, gliffy, xmind
    diagrams: mindmeister, freemind, mindmanager, creately, adonis, bpmn io, conceptboard, excalidraw, jamboard
    diagrams: smartdraw, omnigraffle
    database: ms access, filemaker, mysql, postgres, sql server, mongodb, oracle database, mariadb, snowflake
    database: bigquery, redshift, supabase, dbeaver, pgadmin, sql, firebase, claris, ninox, knack, quickbase
    forms: google forms, ms forms, typeform, jotform, surveymonkey, limesurvey, cognito forms, wufoo, formstack
    forms: gravity forms, tally forms, paperform, qualtrics, easyfeedback, lamapoll, questback, survio, tally so
    forms: fillout, zoho forms, alchemer, sosci survey, zoho survey, evasys, askallo, delighted, trustpilot
    forms: google reviews, feefo, provenexpert, nicereply, medallia, surveysparrow
    devices: intune, jamf, kandji, mobileiron, workspace one, sccm, baramundi, ninjaone, snipe it, lansweeper
    devices: asset tiger, docusnap, kaspersky, sophos, crowdstrike, meraki, unifi, aagon, acmp, action1, datto
    devices: atera, n able, eset, hexnode, apple business manager, addigy, mosyle, scalefusion, oomnitza
    learning: moodle, ilias, canvas lms, blackboard, udemy, coursera, linkedin learning, talentlms, docebo, litmos
    learning: cornerstone, cornerstone ondemand, google classroom, schoology, articulate, articulate 360
    learning: 360learning, thinkific, teachable, kajabi, kahoot, open edx, itslearning, edmodo, skillshare
    learning: pluralsight, duolingo, masterplan, haufe akademie, brightspace, d2l, sakai, easygenerator, isec7
    learning: loopback lms, trainual, workramp, eduflow, learnworlds, digistore24, mentimeter, slido, lecturio, imc
    learning: elucidat, iversity, moodlecloud, blink it, coachy
    events: eventbrite, cvent, hopin, xing events, bizzabo, eventim, meetup, ticketmaster, guestoo, sweap, swoogo
    events: whova, eveeno, pretix, airmeet, ticket tailor, eventory, idloom, evenito, invitario, run the world
    events: eventmobi
    contracts: contractworks, docusign clm, icertis, agiloft, contracthero, juro, ironclad, contractbook
    contracts: linksquares, pandadoc, otris, inhubber, legartis, lexolve, dilitrust
    privacy: onetrust, dataguard, usercentrics, cookiebot, trustarc, osano, proliance, 2b advice, audatis
    privacy: otris privacy, secjur, vanta, drata, heydata, cookiefirst, borlabs, borlabs cookie, iubenda
    privacy: consentmanager
    automation: zapier, make com, n8n, power automate, ifttt, workato, tray io, uipath, automation anywhere
    automation: blue prism, powerapps, celonis, boomi, mulesoft, logic apps, node red, activepieces, parabola
    automation: bardeen, pabbly, albato, locoia, jitterbit, kofax, google apps script, apps script, airflow, retool
    automation: appsheet
    assistant: chatgpt, copilot, github copilot, claude, gemini, perplexity, mistral, le chat, deepl write
    assistant: grammarly, jasper, jasper ai, neuroflash, notebooklm, languagetool, copy ai, grok, llama
    translation: deepl, google translate, trados, memoq, lokalise, crowdin, memsource, smartling, transifex, linguee
    translation: systran, reverso, weglot, wordfast, poedit, omegat, smartcat, xtm, pons
    fleet: vimcar, samsara, geotab, webfleet, tomtom, verizon connect, fleetio, avrios, carano, comm soft
    fleet: google maps, waze, apple maps, routific, optimoroute, onfleet, route4me, map and guide, ptv, arealcontrol
    fleet: teletrac navman, motive, fleet complete, bing maps, here maps, openstreetmap, detrack, track pod, tookan
    fleet: bringg
    school: webuntis, untis, iserv, bromcom, powerschool, classdojo, infinite campus, kidkonnect, kitaplus
    school: little bird, famly, iconnect, brightwheel, procare, nemborn, leandoo, stramplerbande, parentmail
    school: parentpay, skyward, veracross, schoolfox, foxeducation, sdui
    pdf: acrobat, pdf24, foxit, nitro pdf, pdf xchange
"""
"""What kinds of tools there are, and well-known ones of each."""

TOOL_KINDS: Final = """
    spreadsheet: spreadsheet, spread sheet, sheet, workbook, spreadsheet program, table calculation, calc
    text: text document, word processor, text editor, text program
    erp: erp, erp system, merchandise management, inventory management system, merchandise management system, wawi
    erp: warenwirtschaft, enterprise resource planning
    accounting: accounting, bookkeeping, accounting program, bookkeeping program, finance system, invoicing program
    accounting: invoicing, billing, financial accounting, accounts package
    crm: crm, customer database, customer management, contact database, contact management, sales database
    crm: customer file, customer management system, customer relationship management
    mail: email, e mail, mail, mailbox, inbox, e mails, emails, mails, email program, mail program, webmail
    mail: shared mailbox, shared inbox, mail client, group mailbox
    chat: chat, messenger, instant messenger, instant messaging, group chat, messaging, chat app, company chat
    calendar: calendar, diary, agenda, appointment book, shared calendar, team calendar, booking calendar
    calendar: online booking, appointment calendar, booking tool, wall planner, wall calendar, desk diary, date book
    tickets: ticket, ticketing, helpdesk, help desk, service desk, issue tracker, bug tracker, support system
    tickets: trouble ticket, itsm, tickets, servicedesk, ticket queue, issue tracking, support desk
    files: shared drive, network drive, file server, shared folder, folder, drive, cloud storage, cloud drive
    files: file share, fileshare, server drive, server folder, nas, common drive, team drive, file storage
    files: company drive, shared drives, g drive, p drive, network folder, local drive, hard drive
    people: hris, hr, hrm, hrms, human resources system, personnel system, hr suite, employee portal
    people: employee self service, self service portal, hcm, personnel management, staff portal
    scanner: scanner, barcode scanner, barcode reader, handheld, scanners, handhelds, document scanner, hand scanner
    scanner: scan gun, mde, mde device, handheld scanner, flatbed scanner, pda, rf gun, barcode gun
    scanner: handheld terminal, scanning gun, handheld device
    post: post, letter post, letter, letters, letter mail, registered mail, registered post, postal mail, snail mail
    post: mail room, registered letter
    paper: paper, pen, notebook, whiteboard, printed form, paper form, printout, clipboard, binder, sticky note
    paper: card, notepad, clipboards, handwritten list, wall chart, logbook, folder binder, ring binder, paper list
    paper: paper file, filing cabinet, pinboard, pin board, notice board, bulletin board, post it, sticky notes
    paper: index card, printed list, pencil, printed sheet, paper sheet, pen and paper, pen paper, paper folder
    paper: hanging file, paper diary, note book, blackboard, chalkboard, flipchart, flip chart, post its, logbooks
    paper: file folder, lever arch file
    phone: phone, telephone, mobile, phone call, landline, smartphone, cell phone, cellphone, call, mobile phone
    phone: telephony, phone system, hotline, voip, switchboard, work phone, company phone, sms, text message
    phone: headset
    warehouse: wms, warehouse management, stock system, inventory system, warehouse management system
    warehouse: stock control system, inventory software, warehouse system, stock management
    office: office, microsoft365, office365, ms office, office 365, microsoft 365, m365, o365
    shop: webshop, online shop, web shop, e commerce, ecommerce, online store, web store, shop backend, shop system
    shop: e shop
    hiring: ats, applicant tracking, job board, job portal, careers page, career page, job boards, jobs board
    hiring: applicant management, applicant tracking system, application portal
    slides: slides, presentation, presentation program, slide deck
    notes: wiki, intranet, knowledge base, notes app, notes
    payments: payment provider, payment gateway, card reader, card terminal, payment terminal, ec terminal
    payments: card machine, chip and pin
    banking: online banking, e banking, ebanking, bank portal, banking portal, internet banking, bank website
    banking: home banking, electronic banking, banking, banking app, bank app
    expenses: expense tool, travel expenses, expense management, expense reporting
    procurement: eprocurement, e procurement, procurement portal, supplier portal
    video: video call, video conference, videoconference, video conferencing, video meeting, web conference
    video: video chat
    rostering: rota, roster, shift plan, duty roster, shift planner, rota planner, staff planner, staff scheduling
    rostering: shift planning, workforce management
    projects: project management, task board, kanban board, kanban, to do list, task list, task manager, todo list
    projects: project plan, project board, gantt, scrum board
    maintenance: cmms, maintenance planner, maintenance management
    code: repository, repo, version control, source control, code editor, ide
    build: pipeline, ci, ci cd, build server, cicd
    monitoring: monitoring, error tracker, logs
    testing: test suite, test management
    dms: dms, document management, document management system, archive, electronic archive, digital archive
    dms: document archive, document store, edms
    signature: e signature, electronic signature, digital signature, esignature, e sign, esign, signature pad
    payroll: payroll, payroll program, wage program, payroll provider, salary system, payroll system
    time: time clock, time tracking, time recording, punch clock, clocking in, time tracker, time terminal
    time: time sheet, timesheet, time card, attendance system, time and attendance, clocking machine
    pos: till, cash register, pos, point of sale, epos, cash desk, pos terminal, checkout
    hotel: pms, property management, hotel software, booking engine, channel manager
    travel: booking portal, travel portal, travel agency
    health: practice management, practice software, patient management, ehr, emr, patient record system
    health: pms software
    legal: case management, law firm software
    website: cms, content management, content management system, website backend, site builder
    shipping: courier, carrier portal, parcel service, shipping portal, courier portal, shipping software
    shipping: carrier website
    planning: mes, production planning, pps, aps, planning board, planning system
    quality: qms, quality management, caq, audit app, inspection app
    design: image editor, graphics program, photo editor, graphic program, design program, video editor
    cad: cad, cad program, drawing program
    diagrams: online whiteboard, virtual whiteboard, digital whiteboard, mind map
    reports: bi, business intelligence, dashboard, dashboards, bi tool, report builder, web analytics, analytics
    database: database, data base, db
    forms: online form, web form, webform, survey, online survey, questionnaire, contact form, feedback form
    forms: digital form
    passwords: password manager, password safe, password vault, single sign on, sso, identity provider, idp
    devices: mdm, asset register, inventory tool, device management, asset management, remote monitoring, asset list
    learning: lms, learning platform, e learning, elearning, learning management, learning management system
    events: event tool, ticket shop, event platform
    contracts: contract management, clm, contract database, contract register
    automation: workflow tool, rpa, workflow engine, macro, automation
    assistant: ai, ai assistant, chatbot, language model, llm
    translation: translation tool, translator, translation memory, cat tool
    fleet: route planner, gps, telematics, fleet management, sat nav, satnav, route planning, logbook
    printer: printer, label printer, copier, photocopier, multifunction printer, mfp, laser printer, thermal printer
    printer: receipt printer
    camera: camera, phone camera, digital camera, webcam
    scale: scale, scales, weighing scale
    calculator: calculator, pocket calculator, adding machine
    fax: fax, fax machine, telefax
    radio: walkie talkie, radio, two way radio
    pdf: pdf editor program, pdf form, pdf file, pdf reader
"""
"""And what they are called by those who name no product."""

TOOL_SPELLINGS: Final = """
    gsheets=google sheets, g sheets=google sheets, sheets=google sheets, google spreadsheet=google sheets
    google sheet=google sheets, google spreadsheets=google sheets, gdocs=google docs, google doc=google docs
    gdrive=google drive, gcal=google calendar, google mail=gmail, g mail=gmail, s 4hana=sap, s4hana=sap
    s 4 hana=sap, hana=sap, sales force=salesforce, sfdc=salesforce, hub spot=hubspot, quick books=quickbooks
    power point=powerpoint, bamboo hr=bamboohr, power bi=powerbi, docu sign=docusign, one drive=onedrive
    one note=onenote, git hub=github, git lab=gitlab, mail chimp=mailchimp, zen desk=zendesk, service now=servicenow
    share point=sharepoint, help scout=helpscout, navision=business central, sendinblue=brevo
    1 password=onepassword, 1password=onepassword, azure ad=entra, success factors=successfactors, xls=excel
    wa business=whatsapp, whats app=whatsapp, xlsx=excel, you sign=yousign, ms excel=excel, microsoft excel=excel
    excel online=excel, excel 365=excel, office excel=excel, exel=excel, excell=excel, ms word=word
    microsoft word=word, word online=word, ms powerpoint=powerpoint, microsoft powerpoint=powerpoint, ppt=powerpoint
    pptx=powerpoint, power points=powerpoint, ms teams=teams, microsoft teams=teams, msteams=teams, ms team=teams
    microsoft team=teams, teams chat=teams, teams call=teams, ms outlook=outlook, microsoft outlook=outlook
    outlook web=outlook, owa=outlook, out look=outlook, outlook calendar=outlook, outlook express=outlook
    office outlook=outlook, google docs document=google docs, google documents=google docs
    google document=google docs, google calendars=google calendar, googlecalendar=google calendar
    google kalender=google calendar, g cal=google calendar, g drive=google drive, googledrive=google drive
    googledocs=google docs, googlesheets=google sheets, google slide=google slides, gslides=google slides
    g docs=google docs, gmeet=google meet, googlemail=gmail, google hangouts=google meet, hangouts=google meet
    gform=google forms, gforms=google forms, google form=google forms, google forms form=google forms
    microsoft onenote=onenote, ms onenote=onenote, microsoft onedrive=onedrive, ms onedrive=onedrive
    microsoft sharepoint=sharepoint, ms sharepoint=sharepoint, sharepoint online=sharepoint, ms planner=planner
    microsoft planner=planner, ms dynamics=dynamics, microsoft dynamics=dynamics, dynamics 365=dynamics
    d365=dynamics, dynamics crm=dynamics, microsoft dynamics crm=dynamics, dynamics 365 sales=dynamics
    dynamics nav=business central, ms nav=business central, microsoft nav=business central, d365 bc=business central
    dynamics 365 business central=business central, microsoft business central=business central
    ms navision=business central, microsoft project=ms project, msproject=ms project, microsoft to do=ms to do
    ms to do=ms to do, ms todo=ms to do, microsoft todo=ms to do, microsoft forms=ms forms, msforms=ms forms
    microsoft access=ms access, ms access=ms access, microsoft visio=visio, ms visio=visio, microsoft lists=ms lists
    sharepoint lists=ms lists, microsoft bookings=ms bookings, microsoft power bi=powerbi, ms power bi=powerbi
    pbi=powerbi, microsoft power automate=power automate, ms power automate=power automate
    powerautomate=power automate, microsoft flow=power automate, ms flow=power automate, microsoft intune=intune
    microsoft entra=entra, microsoft entra id=entra, entra id=entra, azure active directory=entra, aad=entra
    power apps=powerapps, sap erp=sap, sap r3=sap, sap r 3=sap, r 3=sap, sap ecc=sap, sap s4=sap, sap s 4=sap
    sap fi=sap, sap co=sap, sap mm=sap, sap sd=sap, sap gui=sap, sap s 4hana=sap, sap hana=sap, sap s4hana=sap
    sap business one=business one, sap b1=business one, sapb1=business one, sap concur=concur, sap ariba=ariba
    sap successfactors=successfactors, sap signavio=signavio, business objects=sap bo, oracle netsuite=netsuite
    net suite=netsuite, oracle opera=opera, opera pms=opera, oracle peoplesoft=peoplesoft, salesforce crm=salesforce
    salesforce sales cloud=salesforce, sales force crm=salesforce, salesforce com=salesforce
    service cloud=salesforce service cloud, hubspot crm=hubspot, pipe drive=pipedrive, zoho crm=zoho
    capsule crm=capsule, copper crm=copper, sugar crm=sugarcrm, active campaign=activecampaign
    fresh sales=freshsales, infusionsoft=keap, mail jet=mailjet, clever reach=cleverreach, mailer lite=mailerlite
    constantcontact=constant contact, newsletter2go=brevo, sendin blue=brevo, send in blue=brevo
    hoot suite=hootsuite, sproutsocial=sprout social, google adwords=google ads, adwords=google ads
    get response=getresponse, x twitter=twitter, you tube=youtube, insta=instagram, fb=facebook
    meta business manager=meta business suite, facebook business manager=meta business suite
    facebook business suite=meta business suite, protonmail=proton mail, lotus notes=hcl notes, ibm notes=hcl notes
    mozilla thunderbird=thunderbird, icloud mail=apple mail, exchange online=exchange, microsoft exchange=exchange
    mac mail=apple mail, whatsapp business=whatsapp, whatsapp web=whatsapp, whatapp=whatsapp, whatsap=whatsapp
    watsapp=whatsapp, rocketchat=rocket chat, threema work=threema, skype for business=skype, lync=skype
    microsoft lync=skype, facebook messenger=messenger, yammer=viva engage, slack channel=slack, slack connect=slack
    discord server=discord, web ex=webex, cisco webex=webex, go to meeting=gotomeeting, goto meeting=gotomeeting
    zoom call=zoom, zoom us=zoom, zoom meeting=zoom, team viewer=teamviewer, any desk=anydesk
    big blue button=bigbluebutton, jitsi meet=jitsi, ring central=ringcentral, calendly link=calendly
    apple ical=apple calendar, ical=apple calendar, icloud calendar=apple calendar, acuity=acuity scheduling
    when2meet=doodle, jira cloud=jira, jira software=jira, atlassian jira=jira
    jira service desk=jira service management, jsm=jira service management, atlassian confluence=confluence
    bit bucket=bitbucket, zen desk support=zendesk, zendesk support=zendesk, fresh desk=freshdesk
    fresh service=freshservice, service now itsm=servicenow, bmc remedy=bmc remedy, manage engine=manageengine
    top desk=topdesk, os ticket=osticket, you track=youtrack, inter com=intercom, pager duty=pagerduty
    ops genie=opsgenie, matrix 42=matrix42, monday com=monday, mondaycom=monday, click up=clickup
    base camp=basecamp, smart sheet=smartsheet, meister task=meistertask, trello board=trello
    zoho project=zoho projects, open project=openproject, air table=airtable, teamwork com=teamwork
    process st=process street, notion so=notion, linear app=linear, gh=github, github com=github
    github enterprise=github, gitlab com=gitlab, ado=azure devops, vsts=azure devops, tfs=azure devops
    team foundation server=azure devops, azure dev ops=azure devops, azure boards=azure devops
    azure repos=azure devops, azure pipelines=azure devops, visual studio code=vs code, vscode=vs code
    circle ci=circleci, argo cd=argocd, travis=travis ci, team city=teamcity, gitlab ci cd=gitlab ci, k8s=kubernetes
    data dog=datadog, newrelic=new relic, browser stack=browserstack, test rail=testrail, subversion=svn
    drop box=dropbox, box com=box, next cloud=nextcloud, own cloud=owncloud, we transfer=wetransfer
    citrix sharefile=sharefile, icloud drive=icloud, hi drive=hidrive, ionos hidrive=hidrive, strato hidrive=hidrive
    synology drive=synology, docu ware=docuware, dvelop=d velop, d velop documents=d velop, mfiles=m files
    elo digital office=elo, paperless ngx=paperless, filenet=file net, eco dms=ecodms, adobe esign=adobe sign
    acrobat sign=adobe sign, adobe acrobat sign=adobe sign, echosign=adobe sign, hello sign=dropbox sign
    hellosign=dropbox sign, panda doc=pandadoc, sign now=signnow, right signature=rightsignature
    docusign esignature=docusign, sign easy=signeasy, hi bob=hibob, hibob hr=hibob, factorial hr=factorial
    breathehr=breathe hr, charliehr=charlie hr, hrworks=hr works, rexx=rexx systems, ultipro=ukg, ukg pro=ukg
    ukg ready=ukg, kronos=ukg, ceridian=dayforce, ceridian dayforce=dayforce, adp workforce now=adp, adp run=adp
    zenefits=trinet, gusto payroll=gusto, pay fit=payfit, pay com=paycom, papaya=papaya global, smart hr=smarthr
    personio hr=personio, linked in=linkedin, linkedin recruiter=linkedin, linkedin jobs=linkedin, indeed com=indeed
    step stone=stepstone, smart recruiters=smartrecruiters, team tailor=teamtailor, breezy=breezy hr
    breezyhr=breezy hr, jazzhr=jazz hr, join com=join, dvinci=d vinci, green house=greenhouse
    softgarden recruiting=softgarden, umantis=haufe umantis, clock ify=clockify, toggl track=toggl
    time butler=timebutler, time tac=timetac, crew meister=crewmeister, tsheets=quickbooks time, zmi time=zmi
    jira tempo=tempo, tempo timesheets=tempo, light speed=lightspeed, lightspeed pos=lightspeed, eposnow=epos now
    toast pos=toast, zettle=izettle, paypal zettle=izettle, zettle pos=izettle, sum up=sumup, ubereats=uber eats
    square pos=square, square reader=square, open table=opentable, the fork=thefork, micros=simphony
    order bird=orderbird, air bnb=airbnb, site minder=siteminder, cloud beds=cloudbeds, travel perk=travelperk
    tripactions=navan, trip actions=navan, immoscout=immobilienscout24, immoscout24=immobilienscout24
    immobilienscout=immobilienscout24, arthur=arthur online, on office=onoffice, db navigator=deutsche bahn
    bahn=deutsche bahn, google map=google maps, cgm medistar=medistar, cgm turbomed=turbomed, dampsoft ds4=dampsoft
    ds4=dampsoft, emis web=emis, opendental=open dental, jane app=jane, medifox dan=medifox
    software of excellence=exact dental, athena health=athenahealth, dental exact=exact dental
    solutio charly=charly, ramicro=ra micro, lexis=lexisnexis, lexis nexis=lexisnexis, locosoft=loco soft
    ams easy=amseasy, haynespro=haynes pro, control expert=controlexpert, bosch esi tronic=esi tronic
    bosch esi=esi tronic, silver dat=silverdat, woo commerce=woocommerce, woo=woocommerce, shopify store=shopify
    shopify pos=shopify, adobe commerce=magento, magento 2=magento, presta shop=prestashop, big commerce=bigcommerce
    amazon seller central=seller central, ebay com=ebay, ebay kleinanzeigen=kleinanzeigen, shopware 6=shopware
    jtl wawi=jtl, jtl shop=jtl, plentyone=plentymarkets, mercado libre=mercadolibre, otto market=otto
    word press=wordpress, wp=wordpress, typo 3=typo3, wix com=wix, square space=squarespace, web flow=webflow
    adobe experience manager=aem, wordpress com=wordpress, wp admin=wordpress, dhl express=dhl
    dhl geschaftskunden=dhl, dhl freight=dhl, dhl business customer portal=dhl, dhl parcel=dhl
    deutsche post dhl=dhl, fed ex=fedex, fedex ship manager=fedex, ups worldship=ups, worldship=ups, gls one=gls
    myhermes=evri, hermes uk=evri, ship station=shipstation, send cloud=sendcloud, ship cloud=shipcloud
    db schenker=schenker, kuehne and nagel=kuehne nagel, pirateship=pirate ship, trans o flex=transoflex
    dpd webconnect=dpd, u p s=ups, korber=koerber, pulpo=pulpo wms, sap wm=sap ewm, 3pl central=extensiv
    hydra=hydra mes, siemens opcenter=opcenter, preactor=opcenter, q das=qdas, iauditor=safetyculture
    safety culture=safetyculture, veeva vault=veeva, adobe photoshop=photoshop, photo shop=photoshop
    adobe illustrator=illustrator, adobe indesign=indesign, in design=indesign, adobe lightroom=lightroom
    adobe xd=xd, adobe premiere=premiere, premiere pro=premiere, corel draw=coreldraw, adobe acrobat=acrobat
    acrobat reader=acrobat, adobe reader=acrobat, acrobat pro=acrobat, adobe creative cloud=creative cloud
    canva pro=canva, auto cad=autocad, autodesk autocad=autocad, solid works=solidworks, autodesk inventor=inventor
    autodesk fusion=fusion 360, autodesk revit=revit, sketch up=sketchup, lucid chart=lucidchart, drawio=draw io
    diagrams net=draw io, miro board=miro, fig jam=figjam, figma board=figma, google data studio=looker studio
    data studio=looker studio, google looker studio=looker studio, google analytics 4=google analytics
    ga4=google analytics, qlik sense=qlik, qliksense=qlik, qlikview=qlik, qlik view=qlik, ibm cognos=cognos
    piwik=matomo, hot jar=hotjar, rstudio=r studio, google search console=search console, tableau desktop=tableau
    meta base=metabase, postgresql=postgres, mssql=sql server, ms sql=sql server, microsoft sql server=sql server
    file maker=filemaker, claris filemaker=filemaker, filemaker pro=filemaker, quick base=quickbase, my sql=mysql
    survey monkey=surveymonkey, type form=typeform, lime survey=limesurvey, jot form=jotform, trust pilot=trustpilot
    proven expert=provenexpert, google my business=google business profile, google business=google business profile
    last pass=lastpass, bit warden=bitwarden, key pass=keepass, keepassxc=keepass, keypass=keepass
    ms active directory=active directory, microsoft active directory=active directory, one login=onelogin
    jump cloud=jumpcloud, one password=onepassword, onepassword business=onepassword, jamf pro=jamf
    snipeit=snipe it, ninjarmm=ninjaone, ninja one=ninjaone, airwatch=workspace one, moodle lms=moodle
    talent lms=talentlms, sap litmos=litmos, lynda=linkedin learning, event brite=eventbrite, integromat=make com
    make integromat=make com, ui path=uipath, one trust=onetrust, chat gpt=chatgpt, gpt=chatgpt
    chatgpt plus=chatgpt, openai=chatgpt, microsoft copilot=copilot, ms copilot=copilot, copilot 365=copilot
    google gemini=gemini, anthropic claude=claude, deep l=deepl, google translator=google translate
    sdl trados=trados, trados studio=trados, tomtom telematics=webfleet, keeptruckin=motive
    datev unternehmen online=datev, datev online=datev, unternehmen online=datev, datev rewe=datev
    datev mittelstand=datev, datev kanzlei=datev, datev lohn=lodas, datev lodas=lodas, lexware office=lexoffice
    lexware lohn=lexware, sev desk=sevdesk, fresh books=freshbooks, quick book=quickbooks
    quickbooks online=quickbooks, intuit quickbooks=quickbooks, qbo=quickbooks, intuit=quickbooks, qb=quickbooks
    xero accounting=xero, sage intacct=intacct, sage one=sage, sage accounting=sage, exact online=exact
    receiptbank=dext, receipt bank=dext, tallyprime=tally, free agent=freeagent, black line=blackline
    visma e conomic=e conomic, wave accounting=wave, wave apps=wave, pay pal=paypal, transferwise=wise
    wise com=wise, klarna pay=klarna, star money=starmoney, elster online=elster, mein elster=elster
    expensify app=expensify, concur expense=concur, spend desk=spendesk, odoo erp=odoo, odoo crm=odoo
    odoo inventory=odoo, openerp=odoo, xentral erp=xentral, weclapp erp=weclapp, infor ln=infor, infor m3=infor
    epicor kinetic=epicor, ifs cloud=ifs, jde=jd edwards, jdedwards=jd edwards, my factory=myfactory
    step ahead erp=step ahead, proalpha erp=proalpha, pro alpha=proalpha, service titan=servicetitan
    plan radar=planradar, bim 360=autodesk build, plangrid=autodesk build, ibm maximo=maximo
    salesforce field service=field service lightning
"""
"""Other ways to write a product's name."""

TOOL_WORDS: Final = """
    the a an our my their own app application software program programme system tool tools platform portal
    online cloud web mobile desktop plus pro device module account version license internal company shared new
    old group channel template list file form database server page site website data package suite service
    solution client edition enterprise business basic standard premium free based inside
"""
"""Words that tell what a tool is, not which."""

TOOL_HEADS: Final = (
    "app application computer database machine program programme portal site software system tool website"
)
"""What a tool is called by who doesn't name it."""
