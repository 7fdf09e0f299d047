using LocalHost.Tour;

namespace Stories.Tests;

/// <summary>A complaint with nothing special about it, and the script's words.</summary>
internal static class A
{
    /// <summary>난폭운전, filed by phone at KOC, no block wanted yet, no feedback asked for.</summary>
    public static readonly ComplaintBody Complaint = new();

    public static readonly ComplaintBody FeedbackRequest = Complaint with { Block = "agreed", FeedbackStage = "3" };
}

/// <summary>Strings of the customer centre's script, written here once more from the script itself.</summary>
internal static class Script
{
    public const string Subject = "카카오 T 고객센터입니다.";

    public const string NotFiled = "관리자 컨펌 후 페널티 미작성";

    public static string FeedbackBody(string rideDate) => string.Join("\n\n",
        "안녕하세요.",
        $"{rideDate} 대리 기사님에게 내부 정책에 따라 페널티 조치를 진행했습니다. 앞으로 다시는 해당 기사님과 배차되지 않으니 안심하세요.",
        "또한 운행 관련 주의사항을 전달하고, 추후 안전운행 및 기본 서비스 원칙을 지켜 고객님을 응대하도록 요청했습니다.",
        "다시 한번 이용에 불편을 드린 점 사과 말씀드립니다. 시간 내어 서비스 개선의 기회를 주신만큼 더욱 나은 앱 서비스를 제공할 수 있도록 노력하겠습니다.",
        "카카오 T 고객센터 드림");
}
