using LocalHost.Sandbox.Sms;
using LocalHost.Sandbox.Solapi;

namespace Sandbox.Tests.Solapi;

public sealed class MessageCheckTests
{
    private static readonly MessageBody s_message = new("01012345678", "15771234", "본문", null, null, null, null, null);

    [Theory]
    [InlineData(45, "SMS")]
    [InlineData(46, "LMS")]
    public void More_than_ninety_bytes_make_an_lms(int syllables, string type) =>
        Assert.Equal((type, "2000"), Judge(s_message with { Text = new string('가', syllables) }));

    [Fact]
    public void A_subject_makes_an_lms() => Assert.Equal(("LMS", "2000"), Judge(s_message with { Subject = "제목" }));

    [Theory]
    [InlineData(1_000, "2000")]
    [InlineData(1_001, "1031")]
    public void An_lms_takes_two_thousand_bytes(int syllables, string code) =>
        Assert.Equal(code, Judge(s_message with { Type = "lms", Text = new string('가', syllables) }).StatusCode);

    [Theory]
    [InlineData(20, "2000")]
    [InlineData(21, "1014")]
    public void A_subject_takes_forty_bytes(int syllables, string code) =>
        Assert.Equal(code, Judge(s_message with { Subject = new string('가', syllables) }).StatusCode);

    [Theory]
    [InlineData("똠")]
    [InlineData("2026–09–18")]
    [InlineData("\u00A0")]
    [InlineData("😀")]
    public void Characters_outside_euc_kr_are_refused(string text) => Assert.Equal("1029", Judge(s_message with { Text = text }).StatusCode);

    [Theory]
    [InlineData("“따옴표” · ※ € ①", 22)]
    [InlineData("안녕 a", 6)]
    public void Bytes_are_counted_in_euc_kr(string text, int bytes) => Assert.Equal(bytes, EucKr.Bytes(text));

    [Fact]
    public void Other_faults_have_their_codes()
    {
        Assert.Equal("1010", Judge(s_message with { Text = "" }).StatusCode);
        Assert.Equal("1011", Judge(s_message with { To = "010-1234-5678" }).StatusCode);
        Assert.Equal("1011", Judge(s_message with { To = "+821012345678" }).StatusCode);
        Assert.Equal("1013", Judge(s_message with { Type = "SMS", Subject = "제목" }).StatusCode);
        Assert.Equal("1025", Judge(s_message with { Type = "ATA" }).StatusCode);
        Assert.Equal("1032", Judge(s_message with { CustomFields = new Dictionary<string, string> { ["k"] = new('v', 101) } }).StatusCode);
        Assert.Equal("1062", MessageCheck.Judge(s_message, ["15779999"], recipientKnown: false).StatusCode);
        Assert.Equal("1026", MessageCheck.Judge(s_message, ["15771234"], recipientKnown: true).StatusCode);
    }

    private static (string Type, string StatusCode) Judge(MessageBody message) => MessageCheck.Judge(message, [], recipientKnown: false);
}
