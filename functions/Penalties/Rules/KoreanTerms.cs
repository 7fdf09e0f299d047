namespace Penalties.Rules;

/// <summary>The customer centre's own words for what the code names in English: parsed on the way in, written on the way out.</summary>
public static class KoreanTerms
{
    /// <summary>상담유형: the one inquiry path this product handles.</summary>
    public static readonly IReadOnlyList<string> InquiryPath = ["대리_고객", "이용불편/신고", "콜취소/Noshow"];

    private static readonly Dictionary<string, CallType> CallTypes = new()
    {
        ["자사콜(일반)"] = CallType.General,
        ["자사콜(VIP)"] = CallType.Vip,
        ["제휴콜"] = CallType.Partner,
        ["위탁콜"] = CallType.Consigned,
        ["예약콜"] = CallType.Reserved,
        ["기타"] = CallType.Other,
    };

    private static readonly Dictionary<string, Violation> Violations = new()
    {
        ["콜취소/Noshow"] = Violation.CallCancellation,
        ["현금요구"] = Violation.CashDemanded,
        ["주차거부"] = Violation.ParkingRefused,
        ["임의이탈"] = Violation.LeftWithoutConsent,
        ["음주의심"] = Violation.SuspectedDrunkDriving,
        ["미운행 결제취소"] = Violation.PaymentCancelledWithoutDriving,
        ["고객&고객센터 욕설"] = Violation.AbusiveLanguage,
        ["난폭운전"] = Violation.RecklessDriving,
        ["안전운전 미준수"] = Violation.UnsafeDriving,
        ["기타"] = Violation.Other,
    };

    private static readonly Dictionary<string, Centre> Centres = new() { ["KOC"] = Centre.Koc, ["KMCC"] = Centre.Kmcc };

    public static IReadOnlyCollection<string> CallTypeNames => CallTypes.Keys;

    public static IReadOnlyCollection<string> ViolationNames => Violations.Keys;

    public static IReadOnlyCollection<string> CentreNames => Centres.Keys;

    public static CallType? CallTypeOf(string? text) => Find(CallTypes, text);

    public static Violation? ViolationOf(string? text) => Find(Violations, text);

    public static Centre? CentreOf(string? text) => Find(Centres, text);

    public static string Name(this CallType callType) => NameIn(CallTypes, callType);

    public static string Name(this Violation violation) => NameIn(Violations, violation);

    public static string Name(this Centre centre) => NameIn(Centres, centre);

    /// <summary>Whether a path, its steps parted by ▶ or >, is the one this product handles. A call type may stand at its end.</summary>
    public static bool IsInquiryPath(string path)
    {
        var steps = path.Split(['▶', '>'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return steps.Length >= InquiryPath.Count
            && steps.Take(InquiryPath.Count).SequenceEqual(InquiryPath)
            && steps.Skip(InquiryPath.Count).All(step => CallTypeOf(step) is not null);
    }

    private static T? Find<T>(Dictionary<string, T> terms, string? text)
        where T : struct => text is not null && terms.TryGetValue(text.Trim(), out var found) ? found : null;

    private static string NameIn<T>(Dictionary<string, T> terms, T value)
        where T : struct, Enum => terms.First(term => EqualityComparer<T>.Default.Equals(term.Value, value)).Key;
}
