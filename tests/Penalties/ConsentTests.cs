using Microsoft.Extensions.Options;
using Penalties.Content;
using Penalties.Managers;
using Penalties.Rules;

namespace Penalties.Tests;

/// <summary>S19: complete, or refused with what is missing.</summary>
public sealed class ConsentTests
{
    private static readonly ProductContent Content = new(Options.Create(new HolidayOptions()));
    private static readonly DateTimeOffset Now = new(2026, 9, 18, 22, 30, 0, Korea.Offset);

    private static readonly ConsentForm Whole = new(
        "02-345-6789", ReadBack: true, "관리자 연락", "전화번호", "연락 후 30일", RightToRefuseTold: true, Now.AddMinutes(-3), Now.AddMinutes(-2), "phone", "callback-number@1");

    public static TheoryData<ConsentForm, string> Lacking => new()
    {
        { Whole with { Number = null }, "number" },
        { Whole with { Number = "12" }, "number" },
        { Whole with { ReadBack = false }, "readBack" },
        { Whole with { ReadBack = null }, "readBack" },
        { Whole with { Purpose = " " }, "purpose" },
        { Whole with { Purpose = new string('a', 201) }, "purpose" },
        { Whole with { Items = null }, "items" },
        { Whole with { Retention = "" }, "retention" },
        { Whole with { RightToRefuseTold = null }, "rightToRefuseTold" },
        { Whole with { ToldAt = Now.AddMinutes(1), AgreedAt = Now.AddMinutes(1) }, "toldAt agreedAt" },
        { Whole with { ToldAt = null }, "toldAt agreedAt" },
        { Whole with { AgreedAt = Now.AddMinutes(-4) }, "agreedAt" },
        { Whole with { AgreedAt = null }, "agreedAt" },
        { Whole with { Method = "letter" }, "method" },
        { Whole with { ScriptVersion = "callback-number@9" }, "scriptVersion" },
        { Whole with { ScriptVersion = "feedback-1@1" }, "scriptVersion" },
        { new(null, null, null, null, null, null, null, null, null, null), "number readBack purpose items retention rightToRefuseTold toldAt agreedAt method scriptVersion" },
    };

    [Fact]
    public void A_whole_consent_is_kept_as_it_was_given()
    {
        var (consent, missing) = Whole.Read("agent-1", Content, Now);
        Assert.Empty(missing);
        Assert.Equal(
            new("+8223456789", "관리자 연락", "전화번호", "연락 후 30일", Now.AddMinutes(-3), Now.AddMinutes(-2), "phone", "agent-1", "callback-number@1"), consent);
    }

    [Theory]
    [MemberData(nameof(Lacking))]
    public void Whatever_is_missing_is_named_and_nothing_is_kept(ConsentForm form, string missing)
    {
        var read = form.Read("agent-1", Content, Now);
        Assert.Null(read.Consent);
        Assert.Equal(missing.Split(' '), read.Missing);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("김 상담")]
    public void Somebody_has_to_have_asked(string? agent) => Assert.Equal(["agent"], Whole.Read(agent, Content, Now).Missing);
}
