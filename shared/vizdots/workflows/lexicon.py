"""General business English: which words mean the same act or thing, and which exclude each other.

One line is one meaning, called by its first word; a hyphen joins the words of a phrase. A word may stand in several
lines. They are made from what offices, shops, warehouses and clinics say everywhere; lines were added for words
that were missed in the half `dev` of the labelled tellings, so figures of that half flatter.
"""

from typing import Final

ACTS: Final = """
    send forward email mail transmit submit pass share distribute circulate relay route send-out send-off send-over
    send hand-over submission
    ship deliver dispatch delivery shipment send-out
    receive get get-in come-in take-in arrive accept collect pick-up obtain gather incoming arrival
    check verify review inspect examine validate control compare match audit proofread look-over look-at look-through
    check go-over go-through
    check verification inspection validation assess assessment evaluate make-sure ensure cross-check double-check
    check read-through screen
    reconcile match reconciliation tally balance compare
    test try-out trial
    confirm acknowledge confirmation acknowledgement
    approve authorise authorize sign-off approval authorisation authorization permit release green-light ok okay
    approve consent clearance
    reject decline refuse deny turn-down rejection refusal
    create prepare draft write make set-up build generate produce compose compile put-together draw-up preparation
    create creation write-up raise
    create issue draft-up
    record enter log register book key-in type-in type input capture note-down document put-in fill-in fill-out
    record registration entry
    record write-down put-down add post note data-entry
    file archive store save put-away filing storage keep
    upload attach import load-up
    download export extract pull-out
    update change amend edit modify adjust correct revise refresh amendment correction revision adjustment
    delete remove cancel void cancellation discard dispose
    ask request enquire inquire query clarify consult reach-out clarification
    contact call phone ring telephone reach-out get-in-touch speak talk call-up
    inform tell notify let-know announce communicate advise brief alert notification announcement
    remind chase dun follow-up nudge reminder dunning chase-up
    answer reply respond response get-back
    meet discuss meeting discussion sync huddle debrief talk-through talk
    decide choose select pick determine decision choice selection shortlist pick-out
    assign allocate delegate appoint assignment allocation hand-out dispatch
    plan schedule arrange organise organize book planning scheduling arrangement roster set-up
    prioritise prioritize rank triage sort sort-out classify categorise categorize
    pay transfer settle remit payment payout settlement
    refund reimburse reimbursement pay-back credit repay
    bill invoice charge
    buy order purchase procure acquire procurement reorder restock replenish
    sell upsell sale
    quote price estimate bid quotation
    sign countersign signature
    print print-out
    pack package wrap packing wrap-up
    unpack unwrap unload unpacking
    count stocktake stocktaking stock-take count-up
    measure weigh
    calculate compute work-out add-up calculation sum-up
    analyse analyze investigate study research look-into analysis diagnose find-out investigation diagnosis
    analyse troubleshoot examine
    repair fix mend resolve solve remedy resolution troubleshoot
    install mount configure set-up installation configuration setup
    clean wash tidy sweep disinfect wipe
    train teach coach instruct explain training instruction walk-through
    hire recruit employ recruitment staffing
    interview screen
    onboard onboarding induct induction on-boarding
    offboard offboarding off-boarding exit
    publish go-live launch release roll-out post deploy deployment
    escalate raise escalation pass-up
    close finish complete finalise finalize conclude wrap-up completion close-off close-out
    open start begin initiate kick-off kickoff
    monitor watch track observe keep-an-eye trace
    return send-back bring-back give-back hand-back
    scan digitise digitize
    copy duplicate paste
    negotiate bargain haggle negotiation
    present demonstrate demo presentation show
    propose suggest recommend proposal recommendation suggestion
    visit drive travel
    deactivate disable revoke lock block remove-access
    activate enable grant unlock provision give-access
    welcome greet greeting
    pull extract gather collect export
    read open
    merge combine consolidate join consolidation
    assign choose select pick decide determine designate nominate pair-up put-down
    find search seek look-for locate find-out
    offer propose suggest recommend proposal suggestion recommendation
    carry-out execute implement conduct perform carry implementation execution realise do
    welcome say-hello introduce introduction report register
    show-around show-round tour visit guide
    check see look inspect make-sure
    hand-over hand-out hand-in give pass deliver drop-off drop provide supply issue forward transfer
    inform say hear
    chase ask request demand
    write type-up draw-up make type
    prepare get-ready ready arrange print
    calculate run process estimate
    replace change swap exchange substitute renew replacement
    measure reading measurement gauge survey
    load pack stow load-up fill
    pack package box box-up fill
    pick take-out gather fetch collect retrieve take
    sign get-signed
    approve go-ahead give-ok agree
    discuss go-through talk-through sit-down review conversation chat present talk
    record take-down note open
    plan set fix agree settle decide determine
    find clarify investigate look-into see
    remind call-back ask-again get-back
    tidy organise organize clean
    receive take answer see come
    contact write
    confirm promise commit agree
    reverse undo
    store stow put-back put-away shelve
    submit file hand-in send
    search browse
    maintain service maintenance servicing upkeep
"""

THINGS: Final = """
    customer client buyer consumer shopper guest
    supplier vendor seller contractor subcontractor creditor
    employee staff colleague worker team-member co-worker coworker workforce
    newcomer new-hire new-starter starter joiner new-employee new-colleague new-staff new-joiner new-team-member
    leaver departing-employee
    manager boss supervisor lead leader head superior team-lead team-leader line-manager director management
    candidate applicant
    patient
    invoice bill
    receipt voucher proof
    order
    purchase-order po
    requisition purchase-request purchase-requisition
    quote quotation offer estimate proposal bid tender
    contract agreement
    payment remittance money
    price cost amount rate fee
    payroll salary wage pay-run
    expense expense-report expense-claim outlay
    stock inventory stock-level supplies
    goods item product article merchandise material part component
    delivery shipment consignment parcel package freight
    delivery-note packing-slip packing-list delivery-slip
    ticket issue case incident problem bug fault error defect
    complaint grievance
    report summary overview reporting dashboard
    figure number data metric kpi statistic
    spreadsheet sheet table workbook excel
    form template questionnaire
    document file paper paperwork documentation
    list checklist
    appointment meeting slot booking
    calendar schedule diary rota roster shift timetable shift-plan
    prospect lead enquiry inquiry opportunity
    email mail message letter e-mail
    call phone telephone phone-call
    account login profile user access credential
    equipment laptop computer device hardware machine machinery
    holiday vacation leave time-off absence pto annual-leave day-off
    sickness sick illness sick-leave sick-note
    timesheet hour working-time time-sheet time-card
    budget forecast
    month-end closing month-close
    ledger book accounting bookkeeping general-ledger
    tax vat
    website site webpage web-page web-site page
    campaign newsletter mailing
    content article post blog text copy
    code pull-request commit merge-request
    vehicle car van truck lorry
    warehouse storeroom stockroom shelf store
    label tag sticker
    photo picture image
    feedback survey rating
    course training induction
    job position vacancy opening post job-ad advert job-posting posting job-advert advertisement
    cv resume application
    project
    deadline due-date
    discrepancy difference deviation variance mismatch
    bank bank-account
    system database tool application software
    customer-record master-data
    request enquiry inquiry
    detail information info
    budget-holder cost-centre cost-center
    daily day
    weekly week
    monthly month
    quarterly quarter
    yearly year annual
    technician fitter engineer mechanic installer plumber electrician craftsman
    mentor buddy sponsor tutor coach godparent
    slot gap time date appointment time-slot opening window
    carrier courier parcel-service delivery-company forwarder haulier shipping-company dhl ups fedex dpd gls post-office
    parcel package box carton packet
    payslip slip pay-slip wage-slip
    quantity count amount number stock
    result outcome figure
    report protocol log record minutes
    manager managing-director md ceo chief owner executive office-manager boss director management
    accounting accounts accountant bookkeeper bookkeeping finance ledger book
    training briefing instruction induction course
    conversation talk chat interview meeting discussion
    cause reason root-cause
    solution remedy fix resolution rework repair
    arrival goods-in delivery
    address location site
    holiday sickness absence vacation leave sick
    stock-take stocktake stocktaking inventory inventory-count count
    return rma
    equipment clothing clothes uniform workwear gear kit
    personal-data master-data detail data
    list sheet
    goods stuff stock parcel
    heating boiler heater furnace
    maintenance service servicing
    reminder
    signature
"""

PHRASES: Final = """
    e-mail=email on-board=onboard off-board=offboard follow-up log-in=login check-list=checklist
    spread-sheet=spreadsheet
    sign-in=login week-end=weekend check-in check-out work-flow=workflow web-shop=webshop pay-roll=payroll
    news-letter=newsletter
    stand-up help-desk=helpdesk home-page=homepage back-up=backup deal-with=handle carry-out=do take-care=handle
    look-after=handle
    year-end bank-statement sales-order purchase-invoice=supplier-invoice sales-invoice=customer-invoice
    accounts-payable=supplier-invoice
    accounts-receivable=customer-invoice sick-leave sick-note credit-note due-date
"""
"""Words that go together; behind =, what they are the same as."""

CONTRASTS: Final = """
    customer supplier employee candidate newcomer leaver patient
    onboard offboard
    hire offboard
    newcomer leaver
    holiday sickness expense
    daily weekly monthly quarterly yearly
    approve reject
    upload download
    activate deactivate
    buy sell
    send receive
    pack unpack
    quote invoice contract order return complaint
    open close
"""
"""Of the meanings in one line, one excludes the others: what is for a customer isn't for a supplier."""

LIGHT: Final = """
    do give take see look make get run have put use go come work run need let keep bring handle process manage perform
    management handling procedure workflow
    process step task activity thing routine cycle new old current existing relevant necessary required correct open
    final own other
    possible whole full own several different various main somebody someone somebody everybody everyone
    anybody everything something anything nothing thing bit usual normal regular
"""
"""Words that say little of what is done: they weigh less."""

SILENT: Final = """
    a an the this that these those of to for in on at by with from into onto over under about against through via per
    within without
    and or but as is are was were be been being it its their our my your his her we i they you he she me us them who
    which what when where if then
    than so also too just up out off down back there here any all each every some both such can could should will
    would must may might
    once after before until while during not no yes s t
    der die das den dem des ein eine einen einer und mit von vom im am zu zum zur auf fur bei le la les du de et une
    un el los las del en con
    por para il lo gli di della het een van voor op w z na
"""
"""Words between the words."""

IRREGULAR: Final = """
    sent send;paid pay;made make;bought buy;wrote write;written write;took take;taken take;got get;gave give
    given give;found find;told tell
    kept keep;chose choose;chosen choose;brought bring;left leave;sold sell;met meet;held hold;did do;done do;went go
    gone go;came come;spoke speak
    spoken speak;built build;read read;led lead;ran run;running run;used use;using use;agreed agree;drew draw
    drawn draw;understood understand
    people person;men man;women woman;children child;data data;goods goods;supplies supplies;does do;goes go
    shelves shelf;criteria criterion
    rang ring;rung ring;taught teach;drove drive;driven drive;swept sweep;shown show;began begin;begun begin
    dealt deal;paying pay;analyses analyse
    thought think;wrapped wrap;tying tie;sick sick
"""

NUMBERS: Final = "zero one two three four five six seven eight nine ten eleven twelve"

TOOLS: Final = """
    spreadsheet: excel, google sheets, gsheets, libreoffice calc, numbers, airtable
    text: word, google docs, gdocs, libreoffice writer, pages
    slides: powerpoint, google slides, keynote, canva
    notes: onenote, notion, confluence, evernote, sharepoint, obsidian, coda
    erp: sap, oracle, netsuite, dynamics, odoo, sage, infor, epicor, navision, business central, abas, proalpha, weclapp
    accounting: datev, xero, quickbooks, lexware, lexoffice, sevdesk, freshbooks, sage, exact, wave, zoho books
    accounting: netsuite, pennylane, candis
    payments: stripe, paypal, adyen, wise, sepa, gocardless, klarna
    expenses: concur, expensify, spendesk, pleo, rydoo, circula, payhawk
    procurement: ariba, coupa, jaggaer, precoro
    crm: salesforce, hubspot, pipedrive, zoho, dynamics, close, freshsales, copper, sugarcrm
    marketing: mailchimp, marketo, hubspot, brevo, sendinblue, activecampaign, klaviyo, hootsuite, buffer
    mail: outlook, gmail, google mail, thunderbird, apple mail, exchange, front
    chat: slack, teams, google chat, whatsapp, telegram, signal, mattermost, discord, webex
    video: zoom, teams, google meet, webex, skype, whereby
    calendar: outlook, google calendar, gcal, calendly, doodle, apple calendar
    tickets: jira, zendesk, servicenow, freshdesk, freshservice, intercom, help scout, helpscout, otrs, zammad, linear
    tickets: github issues
    projects: asana, trello, monday, jira, clickup, basecamp, smartsheet, planner, wrike, todoist, ms project, linear
    code: github, gitlab, bitbucket, azure devops, gitea
    build: jenkins, github actions, circleci, argocd, teamcity
    files: google drive, gdrive, dropbox, onedrive, box, sharepoint, nextcloud
    signature: docusign, adobe sign, hellosign, dropbox sign, pandadoc, skribble, yousign
    people: workday, personio, bamboohr, bamboo hr, hibob, successfactors, rippling, gusto, adp, factorial, deel
    people: paycom, ukg
    hiring: greenhouse, lever, workable, smartrecruiters, teamtailor, recruitee, ashby, linkedin, indeed, stepstone
    time: toggl, harvest, clockify, kronos, clockodo, personio, tempo
    shop: shopify, woocommerce, magento, amazon, ebay, shopware, bigcommerce, prestashop
    shipping: dhl, ups, fedex, dpd, gls, shipstation, sendcloud, shippo
    design: figma, photoshop, illustrator, indesign, sketch
    reports: power bi, powerbi, tableau, looker, qlik, metabase, google analytics, data studio
    passwords: okta, entra, active directory, onepassword, 1password, lastpass, bitwarden
"""
"""What kinds of tools there are, and well-known ones of each."""

TOOL_KINDS: Final = """
    spreadsheet: spreadsheet, spread sheet, sheet, workbook
    text: text document, word processor
    erp: erp, erp system
    accounting: accounting, bookkeeping
    crm: crm, customer database
    mail: email, e mail, mail, mailbox, inbox
    chat: chat, messenger
    calendar: calendar
    tickets: ticket, ticketing, helpdesk, help desk, service desk
    files: shared drive, network drive, file server, shared folder, folder
    people: hris, hr
    scanner: scanner, barcode scanner, barcode reader, handheld, scanners, handhelds
    post: post, letter post, letter, letters
    paper: paper, pen, notebook, whiteboard, printed form, paper form, printout, clipboard, binder, sticky note, card
    phone: phone, telephone, mobile
    warehouse: wms, warehouse management
    office: office, microsoft365, office365, ms office, office 365, microsoft 365, m365, o365
    shop: webshop, online shop, web shop
    hiring: ats, applicant tracking
"""
"""And what they are called by those who name no product."""

TOOL_SPELLINGS: Final = """
    gsheets=google sheets, g sheets=google sheets, sheets=google sheets, google spreadsheet=google sheets
    google sheet=google sheets
    google spreadsheets=google sheets
    gdocs=google docs, google doc=google docs, gdrive=google drive, gcal=google calendar, google mail=gmail
    g mail=gmail
    s 4hana=sap, s4hana=sap, s 4 hana=sap, hana=sap, sales force=salesforce, sfdc=salesforce, hub spot=hubspot
    quick books=quickbooks
    power point=powerpoint, bamboo hr=bamboohr, power bi=powerbi, docu sign=docusign, one drive=onedrive
    one note=onenote
    git hub=github, git lab=gitlab, mail chimp=mailchimp, zen desk=zendesk, service now=servicenow
    share point=sharepoint
    help scout=helpscout, navision=business central, sendinblue=brevo, google forms=google forms, 1 password=onepassword
    1password=onepassword, azure ad=entra, ms project=project, success factors=successfactors
    xls=excel, wa business=whatsapp, whats app=whatsapp, xlsx=excel
    you sign=yousign
"""
"""Other ways to write a product's name."""

TOOL_WORDS: Final = """
    the a an our my their own app application software program programme system tool tools platform portal online
    cloud web
    mobile desktop plus pro device module account version license internal company shared new old group channel template
    list file form database server page site website data
"""
"""Words that tell what a tool is, not which."""
