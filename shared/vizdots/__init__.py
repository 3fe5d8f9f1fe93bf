"""The product: the words and rules of the business, and the SQL that is theirs."""
