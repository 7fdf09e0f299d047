namespace LocalHost.Sandbox.Solapi;

/// <summary>Solapi's message status codes, as far as the sandbox gives them.</summary>
internal static class SolapiStatus
{
    public const string MissingField = "1010";
    public const string WrongFormat = "1011";
    public const string SubjectOnSms = "1013";
    public const string SubjectTooLong = "1014";
    public const string WrongType = "1025";
    public const string DuplicateRecipient = "1026";
    public const string NotEucKr = "1029";
    public const string TextTooLong = "1031";
    public const string WrongCustomField = "1032";
    public const string KakaoOptionsOnText = "1033";
    public const string UnregisteredSender = "1062";
    public const string Accepted = "2000";
    public const string WithCarrier = "3000";
    public const string SendTimeExceeded = "3040";
    public const string Delivered = "4000";

    private static readonly Dictionary<string, string> s_messages = new(StringComparer.Ordinal)
    {
        [MissingField] = "필수 입력 값 미입력",
        [WrongFormat] = "Format Error",
        [SubjectOnSms] = "SMS에는 제목을 쓸 수 없음",
        [SubjectTooLong] = "제목 40byte 초과",
        [WrongType] = "잘못된 메시지 타입",
        [DuplicateRecipient] = "중복 수신번호",
        [NotEucKr] = "EUC-KR 범위 밖의 문자",
        [TextTooLong] = "본문 길이 초과 (SMS 90byte, LMS 2000byte)",
        [WrongCustomField] = "유효하지 않은 커스텀 필드",
        [KakaoOptionsOnText] = "kakaoOptions는 ATA, CTA에만 사용 가능",
        [UnregisteredSender] = "발신번호 미등록",
        [Accepted] = "정상 접수(이통사로 접수 예정)",
        [WithCarrier] = "이통사로 접수(리포트를 기다리는 중)",
        [SendTimeExceeded] = "전송시간 초과",
        [Delivered] = "수신 완료",
    };

    public static string Message(string code) => s_messages.GetValueOrDefault(code, "발송 실패");
}
