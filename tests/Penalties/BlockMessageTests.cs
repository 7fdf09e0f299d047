using Penalties.Blocking;
using Penalties.Rules;

namespace Penalties.Tests;

/// <summary>Messages may lie in a queue while the app is replaced: what older versions wrote is read.</summary>
public sealed class BlockMessageTests
{
    [Theory]
    [InlineData("""{"CaseId":"pr-1","Attempt":1,"BlockedAt":"2026-09-18T22:30:00+09:00"}""", typeof(BlockConfirmed))]
    [InlineData("""{"CaseId":"pr-1","Attempt":1,"RefusedWith":"driver_not_found"}""", typeof(BlockFailed))]
    [InlineData("""{"CaseId":"pr-1","Attempt":2,"BlockedAt":"2026-09-18T22:30:00+09:00","IsLifting":true}""", typeof(BlockLifted))]
    [InlineData("""{"CaseId":"pr-1","Attempt":2,"RefusedWith":"refused","Delivery":3,"IsLifting":true}""", typeof(UnblockFailed))]
    public void A_result_tells_what_happened(string body, Type happened) => Assert.IsType(happened, BlockResult.From(BinaryData.FromString(body))!.Happened());

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("null")]
    public void What_is_no_result_is_none(string body) => Assert.Null(BlockResult.From(BinaryData.FromString(body)));

    [Fact]
    public void A_command_without_further_words_is_the_first_try_of_a_block() => Assert.Equal(
        new BlockCommand("pr-1", 2, Delivery: 1, Lifts: 0), BinaryData.FromString("""{"CaseId":"pr-1","Attempt":2}""").ToObjectFromJson<BlockCommand>());
}
