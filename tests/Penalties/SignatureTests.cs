using System.Text;
using Penalties.Intake;
using Penalties.Outside.Sms;

namespace Penalties.Tests;

public sealed class SignatureTests
{
    private const string Secret = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=";
    private const string Timestamp = "2021-07-25T10:00:00Z";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"say": "hello"}""");
    private static readonly DateTimeOffset SignedAt = DateTimeOffset.Parse(Timestamp, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Zendesk_signs_timestamp_and_body_in_this_order()
    {
        Assert.Equal("Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk=", ZendeskSignature.Of(Secret, Timestamp, Body));
        Assert.Null(Check("Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk="));
    }

    [Fact]
    public void The_vector_of_the_old_documentation_with_body_first_is_refused() =>
        Assert.Equal("signature_wrong", Check("tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw="));

    [Theory]
    [InlineData(-301, "signature_stale")]
    [InlineData(-299, null)]
    [InlineData(299, null)]
    [InlineData(301, "signature_stale")]
    public void A_signature_counts_five_minutes_either_way(int seconds, string? problem) =>
        Assert.Equal(problem, Check(ZendeskSignature.Of(Secret, Timestamp, Body), SignedAt.AddSeconds(-seconds)));

    [Fact]
    public void A_missing_signature_or_a_timestamp_that_is_no_time_is_refused()
    {
        Assert.Equal("signature_missing", ZendeskSignature.Problem([Secret], null, Timestamp, Body, SignedAt, TimeSpan.FromMinutes(5)));
        Assert.Equal("signature_missing", ZendeskSignature.Problem([Secret], "x", "", Body, SignedAt, TimeSpan.FromMinutes(5)));
        var notATime = ZendeskSignature.Of(Secret, "yesterday", Body);
        Assert.Equal("signature_stale", ZendeskSignature.Problem([Secret], notATime, "yesterday", Body, SignedAt, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void Solapi_signs_date_and_salt() => Assert.Equal(
        "4007fbabe7d249ec00617a55ab8f41d53113c040edfa3ed1c19bff1eee94402f",
        SolapiSignature.Of("TESTSECRET", "2026-01-02T03:04:05+09:00", "0123456789abcdef0123456789abcdef"));

    private static string? Check(string signature, DateTimeOffset? now = null) =>
        ZendeskSignature.Problem([Secret], signature, Timestamp, Body, now ?? SignedAt, TimeSpan.FromMinutes(5));
}
