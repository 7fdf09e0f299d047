using System.Text;
using Penalties.Outside;

namespace Penalties.Tests;

/// <summary>The vector is the specification's own.</summary>
public sealed class StandardWebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly DateTimeOffset Signed = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_specifications_vector_is_signed_alike_and_taken()
    {
        Assert.Equal(Signature, StandardWebhook.Of(Secret, Id, Timestamp, Body));
        Assert.Null(Problem(Signature));
    }

    [Theory]
    [InlineData("v1,AAAA v2,BBBB " + Signature, null)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", "signature_wrong")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "signature_wrong")]
    [InlineData("", "signature_missing")]
    public void One_signature_of_several_is_enough_and_it_has_to_be_right(string signatures, string? problem) => Assert.Equal(problem, Problem(signatures));

    [Fact]
    public void While_the_secret_is_changed_either_counts() =>
        Assert.Null(StandardWebhook.Problem(["whsec_" + Convert.ToBase64String(new byte[24]), Secret], Id, Timestamp, Signature, Body, Signed));

    [Theory]
    [InlineData(300, null)]
    [InlineData(-300, null)]
    [InlineData(301, "signature_stale")]
    [InlineData(-301, "signature_stale")]
    public void Five_minutes_off_is_too_old_or_too_early(int seconds, string? problem) =>
        Assert.Equal(problem, StandardWebhook.Problem([Secret], Id, Timestamp, Signature, Body, Signed.AddSeconds(seconds)));

    [Fact]
    public void Another_id_time_or_body_is_not_what_was_signed()
    {
        Assert.Equal("signature_wrong", StandardWebhook.Problem([Secret], "msg_2", Timestamp, Signature, Body, Signed));
        Assert.Equal("signature_wrong", StandardWebhook.Problem([Secret], Id, "1614265331", Signature, Body, Signed));
        Assert.Equal("signature_wrong", StandardWebhook.Problem([Secret], Id, Timestamp, Signature, [.. Body, 32], Signed));
        Assert.Equal("signature_missing", StandardWebhook.Problem([Secret], null, Timestamp, Signature, Body, Signed));
    }

    [Theory]
    [InlineData(Secret, true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_short", false)]
    [InlineData("whsec_c2hvcnQ=", false)]
    public void A_secret_is_told_from_other_texts(string text, bool isSecret) => Assert.Equal(isSecret, StandardWebhook.IsSecret(text));

    private static string? Problem(string signatures) => StandardWebhook.Problem([Secret], Id, Timestamp, signatures, Body, Signed);
}
