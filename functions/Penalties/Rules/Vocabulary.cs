namespace Penalties.Rules;

/// <summary>What a CRM ticket asks for; part of a case's identity.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseKind>))]
public enum CaseKind
{
    Penalty,
    Callback,
}

[JsonConverter(typeof(JsonStringEnumConverter<Channel>))]
public enum Channel
{
    Chat,
    Phone,
}

/// <summary>콜 유형.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallType>))]
public enum CallType
{
    General,
    Vip,
    Partner,
    Consigned,
    Reserved,
    Other,
}

/// <summary>위반항목: the plain call cancellation, the eight named violations of the script's last box, and its "other".</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Violation>))]
public enum Violation
{
    CallCancellation,
    CashDemanded,
    ParkingRefused,
    LeftWithoutConsent,
    SuspectedDrunkDriving,
    PaymentCancelledWithoutDriving,
    AbusiveLanguage,
    RecklessDriving,
    UnsafeDriving,
    Other,
}

/// <summary>센터: decides the board.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Centre>))]
public enum Centre
{
    Koc,
    Kmcc,
}

/// <summary>본인확인: how the customer was verified.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verification>))]
public enum Verification
{
    None,
    Caller,
    AccountHolder,
    SignedInAccount,
}

/// <summary>기사 조치 결과: decided by a named person elsewhere, never here.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutcomeKind>))]
public enum OutcomeKind
{
    Monitoring,
    ReEducation,
    Warning,
    DispatchRestriction,
    AppSuspension,
    NoViolation,
}
