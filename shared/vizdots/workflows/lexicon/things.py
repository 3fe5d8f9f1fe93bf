"""Things: people, papers, goods, money, places.

From general knowledge only, without a look at any labelled telling, but for the first block.
"""

from typing import Final

THINGS: Final = (
    # What comes everywhere
    """
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
    signature"""
    # People outside
    """
    customer clientele patron punter purchaser end-customer end-user end-client orderer ordering-party
    customer contracting-party debtor
    guest visitor diner hotel-guest patron caller
    supplier provider manufacturer wholesaler merchant trader service-provider distributor producer dealer stockist
    supplier trade-partner
    prospect potential-customer prospective-customer potential-client prospective-client interested-party
    prospect interested-person interested-customer new-business sales-lead interested-prospect enquirer
    tenant renter lessee resident occupant lodger leaseholder occupier
    landlord lessor property-owner homeowner house-owner landlady
    student pupil learner participant trainee attendee delegate
    apprentice trainee intern work-experience-student trainee-employee
    teacher trainer tutor lecturer instructor coach facilitator
    visitor guest caller
    authority public-authority government council municipality public-office local-authority agency regulator
    tax-office hmrc irs inland-revenue finanzamt tax-authority revenue-office
    tax-adviser tax-consultant tax-accountant accountant external-accountant
    agent broker intermediary estate-agent realtor letting-agent
    insurer insurance-company insurance underwriter insurance-provider
    adjuster assessor loss-adjuster surveyor appraiser expert valuer
    lawyer solicitor attorney barrister counsel advocate legal-counsel legal-department legal-team legal law-firm
    auditor inspector examiner
    partner third-party
    freelancer contractor external freelance independent-contractor self-employed
    temp temporary-worker agency-worker temporary-staff casual"""
    # People inside
    """
    employee staffer associate personnel member-of-staff operative staff-member hand crew-member team-mate teammate
    employee workmate
    team crew squad group department division
    newcomer new-person new-recruit recruit new-team-mate new-staff-member new-worker new-hand rookie new-entrant
    newcomer fresh-hire newbie new-member
    leaver departing-colleague leaving-employee outgoing-employee departing-staff leaving-colleague exiting-employee
    leaver resigning-employee
    manager direct-manager department-head head-of-department department-manager team-manager gaffer higher-up
    manager direct-superior direct-supervisor area-manager general-manager branch-manager store-manager shop-manager
    manager responsible-manager approver
    foreman site-manager site-foreman shift-leader shift-lead shift-manager shift-supervisor supervisor gang-leader
    person-in-charge responsible-person person-responsible responsible in-charge contact-person point-of-contact
    person-in-charge person-concerned responsible-employee
    hr human-resources personnel-department people-team hr-department hr-team people-ops personnel-office hr-manager
    hr people-department people-and-culture
    helpdesk service-desk servicedesk support-team support-desk tech-support help-desk customer-service
    helpdesk customer-support support customer-care
    salesperson sales-rep salesman saleswoman sales-representative account-manager rep key-account-manager
    salesperson sales-team sales-department sales-staff seller sales-assistant shop-assistant
    purchasing procurement purchaser buyer buying-department purchasing-department procurement-department
    purchasing purchasing-team procurement-team purchasing-manager
    accounting accounts-department finance-department accounts-team finance-team controller financial-controller cfo
    accounting accounts-office book-keeping book-keeper finance-office
    reception receptionist front-desk front-office reception-desk
    assistant secretary pa office-assistant admin clerk administrator
    doctor physician gp dentist practitioner medic clinician surgeon consultant specialist
    nurse medical-assistant practice-nurse dental-nurse dental-assistant care-assistant carer
    driver chauffeur trucker delivery-driver lorry-driver truck-driver van-driver
    chef cook head-chef kitchen-staff
    waiter waitress server waiting-staff
    cleaner cleaning-staff cleaning-lady housekeeper cleaning-crew housekeeping cleaning-team
    caretaker janitor facility-manager superintendent handyman building-manager facility-management
    technician service-technician repairman repair-person tradesman tradesperson serviceman service-engineer
    technician field-engineer field-technician craftsperson handyman
    developer programmer software-engineer coder dev software-developer
    storeman warehouse-worker warehouseman warehouse-operative stock-clerk picker packer storekeeper warehouse-staff
    storeman warehouse-clerk
    mentor godfather onboarding-buddy guide"""
    # Papers about buying and selling
    """
    invoice inv facture vendor-bill invoice-document tax-invoice
    proforma pro-forma pro-forma-invoice proforma-invoice
    credit-note credit-slip refund-note reversal-invoice cancellation-invoice credit-invoice corrective-invoice
    debit-note
    receipt proof-of-purchase till-receipt sales-slip slip chit proof-of-payment receipts-for sales-receipt
    receipt cash-receipt purchase-receipt
    sales-order customer-order client-order order incoming-order
    purchase-order supplier-order order order-form vendor-order buying-order
    requisition order-request request-for-purchase material-request purchase-req
    quote cost-estimate price-quote cost-proposal price-quotation price-offer commercial-offer sales-quote
    quote sales-offer cost-quotation estimate-of-cost
    tender bid rfp rfq invitation-to-tender call-for-tenders request-for-proposal request-for-quotation
    tender request-for-quote invitation-to-bid call-for-bids
    contract deal terms framework-agreement pact covenant service-agreement terms-and-conditions
    employment-contract work-contract job-contract labour-contract contract-of-employment employment-agreement
    employment-contract contract
    nda non-disclosure-agreement confidentiality-agreement non-disclosure secrecy-agreement
    deed notarial-deed certified-deed deed-of-sale
    power-of-attorney proxy mandate letter-of-authority
    warranty guarantee
    catalogue product-list range assortment
    price tariff cost-price unit-price charges price-list
    discount rebate reduction price-reduction markdown money-off"""
    # Goods, stock, moving them
    """
    goods ware stock-item sku commodity goods-ordered ordered-goods
    material raw-material consumable ingredient supply
    part spare-part spare component replacement-part
    stock inventory-level on-hand stock-on-hand quantity-on-hand stock-quantity stock-balance stock-position
    availability in-stock
    pallet skid
    container crate tote bin
    parcel pack pkg small-parcel
    packaging packing-material packaging-material
    shelf rack bin bay storage-location storage-place aisle storage-bin shelving shelf-place stock-location
    shelf bin-location
    warehouse depot store-room storage distribution-centre fulfilment-centre stock-room storage-room storehouse
    warehouse store-house storage-area
    dock loading-bay ramp loading-dock loading-ramp
    arrival goods-receipt incoming-goods goods-inward receipt-of-goods incoming-delivery inbound-delivery
    arrival incoming-shipment inbound-shipment inbound
    inbound incoming goods-in inward goods-inward incoming-goods inbound-goods
    outbound outgoing goods-out outward goods-outward outgoing-goods goods-issue outbound-goods
    departure dispatch
    delivery cargo load
    delivery-note delivery-docket dispatch-note docket packing-note shipping-note advice-note delivery-document
    delivery-note delivery-ticket delivery-paper packing-sheet delivery-sheet delivery-bill shipping-list
    waybill bill-of-lading consignment-note cmr air-waybill airwaybill shipping-document freight-document bol
    goods-received-note grn goods-receipt-note receiving-report receiving-note goods-receipt-slip
    picking-list pick-sheet picking-slip picking-note pick-ticket
    customs duty import-duty customs-clearance
    label shipping-label address-label parcel-label postage-label delivery-label dispatch-label postage
    barcode bar-code qr-code
    carrier courier-company delivery-service courier-service parcel-carrier freight-company haulage-company
    carrier transport-company delivery-firm freight-forwarder hermes yodel royal-mail usps evri parcel-company
    carrier parcel-delivery shipper logistics-company
    tracking-number tracking-code tracking-id tracking-link consignment-number shipment-number
    return returned-goods returned-item returned-parcel return-shipment return-delivery
    damage breakage defect fault broken
    waste rubbish garbage trash refuse litter
    quality qc qa
    sample specimen swatch
    batch lot charge-number"""
    # Money and books
    """
    payment transfer bank-transfer wire-transfer payment-run instalment wire
    deposit down-payment advance prepayment advance-payment upfront-payment retainer security-deposit
    instalment partial-payment part-payment
    cash petty-cash cash-box float coin banknote money
    till cash-register cash-desk pos cash-drawer register checkout cashbox
    takings daily-takings day-takings cash-takings day-s-takings till-money
    debt arrears outstanding overdue receivable unpaid-invoice open-item late-payment past-due outstanding-invoice
    debt overdue-invoice open-invoice outstanding-amount outstanding-payment overdue-payment unpaid-bill
    reminder dunning-letter chaser overdue-notice past-due-notice payment-demand reminder-letter final-notice
    revenue turnover takings sales-revenue earnings
    profit markup mark-up
    credit credit-balance
    debit direct-debit
    bank-statement account-statement bank-extract statement-of-account account-extract bank-statement-line
    bank-details iban account-details bank-account-details bank-data bank-information payment-details
    card credit-card company-card corporate-card debit-card bank-card
    cheque check-payment
    ledger nominal-ledger gl account-books journal general-journal
    journal-entry journal ledger-entry booking-entry accounting-entry
    cost-centre cost-unit cost-account
    month-end close-the-books close-the-month monthly-close month-end-close period-end period-close close-the-period
    month-end end-of-month end-of-the-month closing-of-the-month monthly-accounts month-end-accounts
    year-end annual-accounts financial-statement annual-statement year-end-accounts balance-sheet annual-closing
    year-end year-end-closing end-of-year annual-financial-statement yearly-closing yearly-accounts end-of-the-year
    profit-and-loss p-l income-statement p-and-l
    budget spending-plan financial-plan projection outlook cost-plan budget-plan
    tax gst sales-tax value-added-tax vat-return tax-return tax-declaration vat-declaration duty
    expense travel-expense out-of-pocket expense-sheet expense-form business-expense per-diem travel-cost
    expense travel-claim expense-statement expense-account
    payroll payrun remuneration earnings pay-packet paycheck paycheque salary-payment wage-payment wages-run
    payroll salary-run salary-calculation
    payslip pay-stub paystub pay-statement salary-statement earnings-statement salary-slip pay-advice payroll-slip
    bonus incentive commission premium
    asset fixed-asset
    subscription membership"""
    # People: hiring, working, leaving
    """
    candidate job-seeker jobseeker job-applicant interviewee job-candidate
    job post-vacant job-opening open-position open-role vacant-position vacant-post
    job-ad job-advertisement vacancy-notice job-offer-ad recruitment-ad advert advertisement ad job-announcement
    job-ad job-listing vacancy-announcement
    cv curriculum curriculum-vitae application-documents application-papers job-application cover-letter
    cv application-letter
    job-offer offer-letter offer-of-employment employment-offer contract-offer
    reference referee testimonial letter-of-reference employment-reference certificate-of-employment
    probation probationary-period trial-period probation-period
    notice resignation letter-of-resignation resignation-letter notice-letter notice-of-termination
    notice letter-of-termination termination-letter
    appraisal performance-review annual-review staff-review one-to-one performance-appraisal development-talk
    appraisal employee-review annual-appraisal
    personnel-file personal-file employee-file hr-file staff-file employee-record personnel-record staff-record
    holiday paid-leave vacation-day leave-day holiday-time absence-day time-away paid-time-off vacay hols
    holiday annual-holiday
    sickness medical-certificate fit-note doctor-note sickness-certificate sick-certificate sick-day sickness-note
    sickness certificate-of-incapacity sick-report medical-note illness-certificate
    timesheet hours-worked clock-card time-record working-hours time-log time-tracking hours-sheet attendance-record
    overtime extra-hours additional-hours
    calendar duty-roster work-schedule duty-schedule shift-schedule staff-rota planner staffing-plan roster-plan
    calendar shift-rota shift-roster duty-rota work-plan agenda
    absence leave time-off absenteeism
    workplace desk workstation work-place seat"""
    # Papers and data in general
    """
    document doc record-file documents-needed pdf attachment
    form paper-form application-form online-form web-form
    template boilerplate master pattern sample
    list inventory-list
    to-do todo to-do-list todo-list task-list
    note comment remark annotation sticky-note post-it
    report meeting-notes statement write-up recap
    minutes meeting-notes meeting-minutes protocol note
    certificate diploma certification attestation
    licence permit
    id id-card identity-card passport identity identity-document proof-of-identity
    drawing sketch blueprint layout technical-drawing construction-plan floor-plan
    bill-of-materials bom parts-list
    manual instruction guide guideline sop work-instruction how-to handbook directions operating-manual
    policy insurance-policy coverage cover insurance
    work-order job-card job-sheet job-ticket production-order manufacturing-order repair-order work-ticket
    work-order service-order maintenance-order job-order
    work-report service-report job-report repair-report service-sheet work-sheet
    specification spec requirement
    address delivery-address shipping-address postal-address whereabouts billing-address
    contact-details contact-data contact-information contact-info phone-number telephone-number
    customer-record customer-data client-record customer-file client-file customer-account client-data customer-card
    customer-record customer-details client-details customer-master-data master-record customer-master
    status state situation
    priority urgency severity
    category type kind class
    figure key-figure stats value key-number
    date appointment-date time
    deadline time-limit cut-off cut-off-date cutoff target-date final-date
    reason cause ground motive root-cause
    discrepancy inconsistency divergence mistake irregularity shortfall shortage surplus
    decision verdict ruling
    summary recap digest synopsis
    photo pic snapshot photograph snap shot
    video clip film
    message sms text-message whatsapp-message chat-message
    letter mail post postal-mail correspondence
    email mail-message inbox
    call phonecall telephone-conversation phone-conversation
    feedback testimonial satisfaction-survey opinion comment reaction customer-survey
    survey questionnaire poll opinion-poll
    consent permission agreement
    data-subject-request dsar subject-access-request sar data-request data-access-request information-request"""
    # Tickets, IT, software, web
    """
    ticket service-request support-request trouble-ticket support-case support-ticket help-request problem-report
    ticket service-call service-case helpdesk-ticket trouble malfunction breakdown outage
    complaint reclamation gripe objection claim complaint-case letter-of-complaint
    request demand
    account user-account login-details user-profile log-in-details username user-id logon sign-on user-login
    access permission right access-right authorization authorisation privilege user-right
    password passcode pin pass-word
    key fob key-card keycard access-card badge chip-card door-key entry-card
    equipment notebook pc macbook desktop company-laptop work-laptop tablet work-equipment tools work-device
    mobile mobile-phone smartphone cell-phone cell cellphone company-phone handset work-phone
    machine plant production-line machinery appliance apparatus
    instrument utensil tool
    software app application program
    bug defect error fault glitch
    feature functionality user-story story function
    code source-code pr source
    release version build
    backlog task-board
    website homepage home-page internet-page internet-site web-presence landing-page online-presence
    content blog-post wording editorial text-content written-content
    post social-post social-media-post blog-post social-media-content
    social-media socials social-network social-channels
    campaign mailshot mail-out email-campaign bulletin e-newsletter email-newsletter marketing-campaign
    campaign newsletter-mailing
    ad advert advertisement commercial
    flyer leaflet brochure pamphlet handout
    webshop online-shop online-store web-store e-shop shop-site e-commerce-shop eshop"""
    # Meetings, events, travel, learning
    """
    appointment time-slot reservation meeting-time appointment-time booked-slot
    meeting session get-together jour-fixe stand-up team-meeting conference sit-down
    event function conference trade-fair fair exhibition party celebration show
    invitation invite
    presentation slide deck slide-deck talk powerpoint-presentation
    room venue meeting-room conference-room
    speaker presenter lecturer
    reservation booking table-booking
    flight plane-ticket air-ticket air-travel
    hotel accommodation hotel-room overnight-stay
    trip journey business-trip travel tour
    course workshop seminar webinar class lesson training-course tutorial
    exam examination final-test test
    mark grade score"""
    # Places and things of trades
    """
    vehicle pickup-truck automobile company-car motor auto fleet-vehicle
    workshop garage body-shop repair-shop
    site construction-site building-site job-site work-site worksite jobsite
    property flat apartment house premises home real-estate dwelling
    lease tenancy tenancy-agreement rental-agreement rental-contract lease-agreement lease-contract rent-contract
    rent rental rent-payment
    service-charge utility-cost utility-bill operating-cost ancillary-cost running-cost
    meter meter-reading counter
    snag-list snag punch-list defect-list list-of-defects
    viewing property-viewing property-tour
    claim insurance-claim loss damage-report damage-claim insurance-case damage-case
    tyre
    medical-record chart patient-file patient-record health-record medical-file medical-chart patient-chart
    medical-record case-history
    test-result lab-result lab-report lab-finding laboratory-result
    x-ray radiograph xray
    prescription rx script
    medicine drug medication
    insurance-card health-card health-insurance-card
    treatment therapy
    case matter file
    meal dish food
    menu bill-of-fare
    dough batter pastry
    bread loaf roll
    laundry linen bedding
    toilet restroom bathroom washroom wc loo lavatory
    plaster
    morning forenoon
    evening night
    breakfast morning-meal
    lunch midday-meal
    dinner supper evening-meal
    monday mon
    tuesday tue
    wednesday wed
    thursday thu
    friday fri
    saturday sat
    sunday sun"""
    # Narrower words that also pass for the wider one
    """
    invoice unpaid-invoice overdue-invoice outstanding-invoice open-invoice unpaid-bill
    payment outstanding-payment overdue-payment late-payment part-payment partial-payment advance-payment
    price outstanding-amount
    delivery incoming-delivery inbound-delivery return-delivery
    delivery incoming-shipment inbound-shipment return-shipment
    request service-request support-request data-request leave-request
    goods incoming-goods returned-goods"""
)
