<?php // What WordPress keeps of comments, and what Akismet's plugin says of its key, as JSON.
require getenv('TEST_WORDPRESS') . '/wp-load.php';
$kept = get_comments(['status' => 'any', 'orderby' => 'comment_ID', 'order' => 'ASC']);
echo json_encode(['key' => Akismet::verify_key(Akismet::get_api_key()), 'comments' => $kept]);
